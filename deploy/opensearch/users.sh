#!/bin/sh
# Fill the folder $1 with the settings of the security plugin: those of the image, our roles, and the users with the
# passwords ADMIN_PASSWORD, WRITER_PASSWORD and READER_PASSWORD. It runs in the image of OpenSearch, which hashes them.
set -eu
umask 077
home=/usr/share/opensearch
cp "$home"/config/opensearch-security/*.yml "$(dirname "$0")"/*.yml "$1"
hash() { sh "$home/plugins/opensearch-security/tools/hash.sh" -env "$1" | tail -n 1; }
{
  printf '_meta: {type: internalusers, config_version: 2}\n'
  for user in ADMIN WRITER READER; do
    printf '%s:\n  hash: "%s"\n' "$(echo $user | tr A-Z a-z)" "$(hash "${user}_PASSWORD")"
  done
} >"$1/internal_users.yml"
