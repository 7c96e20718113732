"""`python -m deqing_search` is `search-cli`."""

from deqing_search.cli import main

if __name__ == "__main__":
    main()
