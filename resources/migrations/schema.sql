-- The schema as it is now (version 2), for a new database. A test holds it equal to all migrations
-- run one after the other.
CREATE TABLE conversations (
  id TEXT NOT NULL PRIMARY KEY,
  title TEXT NOT NULL DEFAULT '',
  mode TEXT NOT NULL DEFAULT '',
  chat_template TEXT NOT NULL DEFAULT 'auto',
  system_prompt TEXT NOT NULL DEFAULT '',
  draft TEXT NOT NULL DEFAULT '',
  current_leaf TEXT NOT NULL DEFAULT '',
  settings TEXT NOT NULL DEFAULT '',
  checkpoint_path TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  context_policy TEXT NOT NULL DEFAULT 'stop'
);
CREATE TABLE messages (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  parent_id TEXT REFERENCES messages (id) ON DELETE CASCADE,
  role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
  text TEXT NOT NULL DEFAULT '',
  status TEXT NOT NULL DEFAULT 'done',
  error_text TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  checkpoint_path TEXT NOT NULL DEFAULT '',
  checkpoint_name TEXT NOT NULL DEFAULT '',
  checkpoint_label TEXT NOT NULL DEFAULT '',
  seed TEXT NOT NULL DEFAULT '',
  settings TEXT NOT NULL DEFAULT '',
  token_ids BLOB,
  finish_reason TEXT NOT NULL DEFAULT '',
  tokens_per_second REAL NOT NULL DEFAULT 0,
  new_tokens INTEGER NOT NULL DEFAULT 0,
  prompt_tokens INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX messages_of_conversation ON messages (conversation_id, number);
CREATE INDEX messages_of_parent ON messages (parent_id);
CREATE INDEX conversations_by_time ON conversations (updated_at);
