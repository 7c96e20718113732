"""The face for language models and their programs: a read-only server of the Model Context Protocol (MCP).

`tools` calls the conductors, `arguments` and `answers` are the nouns of its tools, `toolbox` lists them, and `budget`
keeps an answer short. `resources` gives reports and passages as texts. `server` speaks the protocol through the SDK,
and `http` serves it over HTTP, with a token and limits. Only this room knows the SDK, the extra `[mcp]`.
"""
