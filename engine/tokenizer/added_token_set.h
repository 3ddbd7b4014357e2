// Added tokens of which no two have an id or a content in common.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "engine/tokenizer/added_tokens.h"

namespace cria::engine {

class AddedTokenSet {
 public:
  /// The first one counts.
  void add(AddedToken token) {
    if (ids_.contains(token.id) || contents_.contains(token.content)) return;
    ids_.insert(token.id);
    contents_.insert(token.content);
    tokens_.push_back(std::move(token));
  }
  /// In the order of their coming.
  std::vector<AddedToken> take() { return std::move(tokens_); }

 private:
  std::vector<AddedToken> tokens_;
  std::unordered_set<std::int32_t> ids_;
  std::unordered_set<std::string> contents_;
};

}  // namespace cria::engine
