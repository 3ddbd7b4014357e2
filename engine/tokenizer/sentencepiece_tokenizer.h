// The tokenizer of Llama: SentencePiece BPE with transformers' LlamaTokenizerFast around it.
//
// Encoding (tokenizer.json as shipped with TinyLlama): the text is split at special tokens; "▁" is
// put before *every* segment between them, also before one that begins with a space; each " "
// becomes "▁", nothing is collapsed or normalised; a segment is one sequence to the BPE. Bytes
// that are no UTF-8 count as U+FFFD, as Python would read them.
//
// Decoding joins the pieces, "▁" becomes " ", and one leading space of the whole is dropped. Byte
// pieces become the characters that they spell; a byte that belongs to no character becomes one
// U+FFFD. That equals transformers for every run of byte pieces that is valid UTF-8. In a run that
// is not, transformers gives up the whole run, line breaks and whole emoji included; here, as in
// SentencePiece, only the broken bytes are lost. So a reply that was cut in the middle of an emoji
// keeps what the user has already seen, and streaming never has to hold back more than 3 bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "engine/tokenizer/sentencepiece_proto.h"
#include "engine/tokenizer/tokenizer.h"
#include "engine/tokenizer/tokenizer_settings.h"
#include "kernels/result.h"

namespace cria::engine {

/// Errors: checkpoint (a sentence without the file's name).
Result<std::unique_ptr<Tokenizer>> make_sentencepiece_tokenizer(const SentencePieceModel& model,
                                                                const TokenizerSettings& settings);

}  // namespace cria::engine
