-- Version 2: the context meter (prompt length of a reply) and what to do when the context is full.
ALTER TABLE messages ADD COLUMN prompt_tokens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN context_policy TEXT NOT NULL DEFAULT 'stop';
CREATE INDEX conversations_by_time ON conversations (updated_at);
