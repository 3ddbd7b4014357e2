#include "engine/generation/prompt_ids.h"

#include <algorithm>
#include <string>
#include <utility>

#include "engine/prompt/encode_prompt.h"

namespace cria::engine {

namespace {

// How far the ids of the system prompt alone and those of the whole chat agree.
std::int32_t pinned_in_chat(const Prompt& prompt, const std::vector<std::int32_t>& ids,
                            const PromptReader& reader) {
  Prompt system = prompt;
  system.messages.erase(std::find_if(system.messages.begin(), system.messages.end(),
                                     [](const Message& m) { return m.role != Role::system; }),
                        system.messages.end());
  if (system.messages.empty()) {
    return 0;
  }
  const auto alone = encode_prompt(system, *reader.tokenizer, reader.own_template);
  const auto end = std::mismatch(ids.begin(), ids.end(), alone.begin(), alone.end()).first;
  return static_cast<std::int32_t>(end - ids.begin());
}

}  // namespace

Result<PromptIds> read_prompt(const Prompt& prompt, const PromptReader& reader) {
  PromptIds read;
  const bool given = !prompt.ids.empty();
  const bool chat = !given && prompt.mode == PromptMode::chat;
  if (given || reader.tokenizer != nullptr) {
    read.ids = given ? prompt.ids : encode_prompt(prompt, *reader.tokenizer, reader.own_template);
  } else if (chat || !prompt.text.empty()) {
    return Error{ErrorKind::checkpoint,
                 "This checkpoint can continue token ids, but not text: " + reader.no_tokenizer};
  }
  if (read.ids.empty()) {
    if (!reader.bos) {
      return Error{ErrorKind::usage,
                   "The prompt is empty, and the checkpoint has no BOS token to start from."};
    }
    read.ids = {*reader.bos};
  }
  for (const std::int32_t id : read.ids) {
    if (id < 0 || id >= reader.vocab_size) {
      return Error{ErrorKind::usage, "Token id " + std::to_string(id) +
                                         " of the prompt is outside the model's vocabulary of " +
                                         std::to_string(reader.vocab_size) + "."};
    }
  }
  read.pinned = reader.bos && read.ids.front() == *reader.bos ? 1 : 0;
  if (chat) {
    read.pinned = std::max(read.pinned, pinned_in_chat(prompt, read.ids, reader));
    const std::vector<std::size_t> turns = later_turns(prompt.messages);
    read.droppable_turns = static_cast<std::int32_t>(turns.size());
    read.without_oldest = [prompt, turns, reader](std::int32_t n) {
      Prompt rest = prompt;
      if (n > 0) rest.messages = from_turn(prompt.messages, turns[static_cast<std::size_t>(n - 1)]);
      return encode_prompt(rest, *reader.tokenizer, reader.own_template);
    };
  }
  if (reader.tokenizer != nullptr) {
    read.decoder = reply_decoder(prompt, read.ids, *reader.tokenizer);
  }
  return read;
}

}  // namespace cria::engine
