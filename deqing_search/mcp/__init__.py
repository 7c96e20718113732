"""The face for programs that answer questions: a server of the Model Context Protocol (MCP), read-only.

`tools` calls the conductors, `arguments` and `answers` are the nouns of its tools, `toolbox` lists them, and `budget`
keeps an answer short. `resources` gives reports and passages as texts. `server` speaks the protocol through the SDK,
and `http` guards it where it is served over HTTP. Only this room knows the SDK, the extra `[mcp]`.
"""
