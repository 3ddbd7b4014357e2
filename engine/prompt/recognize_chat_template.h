// Which chat format a checkpoint was trained with.
#pragma once

#include <filesystem>
#include <string_view>

#include "engine/prompt/prompt.h"
#include "engine/tokenizer/tokenizer.h"
#include "kernels/result.h"

namespace cria::engine {

struct ChatFormat {
  ChatTemplate chat_template = ChatTemplate::plain;
  bool chat_tuned = false;  ///< opens in chat mode
};

/// From the Jinja text in chat_template.jinja or tokenizer_config.json; for the older chat
/// checkpoints, which ship none, from the special tokens (<|im_start|>) and from the folder's name
/// (..-Chat-v0.1). A Jinja text of another kind: chat tuned, and `plain`. Nothing of all this: a
/// base checkpoint. Errors: checkpoint, when one of the files cannot be read.
Result<ChatFormat> recognize_chat_template(const std::filesystem::path& folder,
                                           const Tokenizer& tokenizer);

}  // namespace cria::engine
