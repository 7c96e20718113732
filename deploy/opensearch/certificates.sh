#!/bin/sh
# Make an authority and a certificate for the nodes in the folder $1, for the names that follow (DNS:node1 IP:127.0.0.1).
# Nothing is changed if they are there.
set -eu
umask 077
cd "$1"
shift
[ -f node.pem ] && exit 0
names=$(echo "$@" | tr ' ' ',')
openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=authority -keyout authority.key -out authority.pem
openssl req -newkey rsa:2048 -nodes -subj /CN=node -keyout key.pem -out node.csr
echo "subjectAltName=$names" >extension
openssl x509 -req -in node.csr -CA authority.pem -CAkey authority.key -CAcreateserial -extfile extension -days 825 -out node.pem
chmod 644 authority.pem
rm node.csr extension
