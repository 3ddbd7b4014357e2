// An engine without a model: fast, the same every time, and it fails on demand. The app's tests and
// `cria --fake-engine` run on it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/engine.h"

namespace cria::app {

struct FakeEngineOptions {
  double tokensPerSecond = 60;  ///< 0: as fast as it goes
  double loadSeconds = 0.6;
  std::int32_t contextLength = 2048;
  std::int32_t prefillBatch = 64;  ///< prompt tokens between two reports
  double prefillTokensPerSecond = 2000;
  /// The words that replies cycle through, in an order drawn from the seed; never empty.
  std::vector<std::string> words;  ///< empty: a small story
  std::int32_t endAfter = 0;       ///< the reply ends with eos after so many tokens; 0: never
  std::int32_t failAfter = -1;     ///< the reply fails after so many tokens; -1: never
  /// The device that is left to the engine is a GPU, which is lost after so many tokens of a reply;
  /// -1: there is none.
  std::int32_t gpuLostAfter = -1;
  std::vector<std::string> notes;  ///< of every checkpoint
  std::uint64_t memoryAvailable =
      16'000'000'000;  ///< bytes; less than a checkpoint's 2.2 GB: none is kept
  /// A path that contains "broken" does not open, one with "huge" fits only with nothing else
  /// open, one with "toolarge" never; one with "chat" (in any case) is chat-tuned.
};

std::unique_ptr<engine::Engine> makeFakeEngine(FakeEngineOptions options = {});

}  // namespace cria::app
