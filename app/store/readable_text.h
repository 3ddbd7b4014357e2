// Rows as a text that a person can read anywhere.
#pragma once

#include <QString>

#include "app/store/unsaved_rows.h"

namespace cria::app {

/// Markdown: a heading a conversation, who wrote what, and what was typed and not sent.
QString readableText(const UnsavedRows& rows);

}  // namespace cria::app
