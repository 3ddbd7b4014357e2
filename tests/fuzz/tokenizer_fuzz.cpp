// Two things in turn, by the first byte: a hostile tokenizer.model, and any bytes as text or ids.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/tokenizer/sentencepiece_tokenizer.h"
#include "engine/tokenizer/stream_decoder.h"
#include "engine/tokenizer/utf8.h"

namespace {

using namespace cria::engine;

void expect(bool holds) {
  if (!holds) __builtin_trap();
}

std::string streamed(const Tokenizer& tokenizer, const std::vector<std::int32_t>& ids) {
  StreamDecoder decoder(tokenizer, LeadingSpace::drop, false);
  std::string text;
  for (const std::int32_t id : ids) {
    const std::string more = decoder.push(id);
    expect(to_valid_utf8(more) == more);  // never half a character
    text += more;
  }
  return text + decoder.finish();
}

void check(const Tokenizer& tokenizer, std::string_view text) {
  for (const bool parse : {false, true}) {
    const auto ids = tokenizer.encode(text, {true, parse});
    for (const std::int32_t id : ids) expect(id >= 0 && id < tokenizer.vocab_size());
    expect(streamed(tokenizer, ids) == tokenizer.decode(ids, false));
  }
}

std::unique_ptr<Tokenizer> small_tokenizer() {
  SentencePieceModel model;
  model.algorithm = SentencePieceAlgorithm::bpe;
  model.byte_fallback = true;
  model.pieces = {{"<unk>", 0, PieceType::unknown},
                  {"<s>", 0, PieceType::control},
                  {"</s>", 0, PieceType::control}};
  for (unsigned byte = 0; byte < 256; ++byte) {
    char name[8];
    (void)std::snprintf(name, sizeof name, "<0x%02X>", byte);
    model.pieces.push_back({name, 0, PieceType::byte});
  }
  float score = 0;
  for (const char* piece : {"ab", "▁a", "▁▁", "aba", "▁", "a", "b", "é"}) {
    model.pieces.push_back({piece, --score, PieceType::normal});
  }
  TokenizerSettings settings;
  settings.added_tokens = {{"<a>", 267}, {"<ab>", 268}, {"<b", 269}};
  settings.added_tokens[0].lstrip = settings.added_tokens[1].rstrip = true;
  settings.added_tokens[2].single_word = true;
  auto tokenizer = make_sentencepiece_tokenizer(model, settings);
  expect(static_cast<bool>(tokenizer));
  return *std::move(tokenizer);
}

void check_text(std::string_view bytes) {
  static const std::unique_ptr<Tokenizer> kTokenizer = small_tokenizer();
  check(*kTokenizer, bytes);
  // Nothing of a text gets lost but "▁", which is a space.
  std::string expected = to_valid_utf8(bytes);
  for (std::size_t at = 0; (at = expected.find("▁", at)) != std::string::npos;) {
    expected.replace(at, 3, " ");
  }
  const auto ids = kTokenizer->encode(bytes, {false, false});
  expect(kTokenizer->decode(ids, false) == expected);
  std::vector<std::int32_t> any;
  for (const char byte : bytes) any.push_back(static_cast<std::uint8_t>(byte) + 12);
  expect(streamed(*kTokenizer, any) == kTokenizer->decode(any, false));
}

void check_model(std::string_view bytes) {
  const auto model = parse_sentencepiece_model(bytes);
  if (!model) return;
  const auto tokenizer = make_sentencepiece_tokenizer(*model, {});
  if (tokenizer) check(**tokenizer, "a cria\n</s>  \xF0\x9F\x90\x91");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (bytes[0] % 2 == 0) {
    check_model(bytes.substr(1));
  } else {
    check_text(bytes.substr(1));
  }
  return 0;
}
