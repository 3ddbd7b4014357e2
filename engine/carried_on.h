// A reply whose device fails in mid-reply and is carried on with on another: what was written
// becomes part of the prompt, and what comes behind it part of the reply.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/engine.h"

namespace cria::engine {

/// What has been heard of one reply so far.
struct WrittenReply {
  std::vector<std::int32_t> ids;
  std::string text;  ///< UTF-8, whole characters
  std::optional<FinishReason> finish_reason;

  std::int32_t tokens() const { return static_cast<std::int32_t>(ids.size()); }
};

/// Asks for the rest of one reply, alone.
GenerationRequest request_for_rest(GenerationRequest request, std::int32_t sequence,
                                   const WrittenReply& written);
/// The limits, less what was written behind `prompt`, which may have other ids together with it.
GenerationSettings settings_for_rest(GenerationSettings settings, const PromptReport& prompt,
                                     const WrittenReply& written);

/// Whether the CPU may go on in place of the device that failed: nobody chose that device, it is
/// not the CPU itself, and nobody has stopped the reply. `asked`: LoadOptions::device.
bool cpu_may_go_on(std::string_view asked, const Model& failed, const std::stop_token& stop);

/// Writes the replies of a request with whatever session there is, and goes on with another where
/// one fails. Engine thread.
class CarriedOn {
 public:
  /// Writes with the present session.
  using Generate = std::function<Result<GenerationResult>(const GenerationRequest& request,
                                                          GenerationObserver& observer)>;
  /// Puts another session in place of the one that failed so. False: there is none.
  using Replace = std::function<bool(const Error& failure)>;

  CarriedOn(Generate generate, Replace replace)
      : generate_(std::move(generate)), replace_(std::move(replace)) {}

  /// `observer` hears of each token once, and of the prompt once, as it was read first. Of several
  /// replies, those that had not ended are carried on with one after the other. Errors:
  /// Session::generate's, of the last session.
  Result<GenerationResult> write(const GenerationRequest& request, GenerationObserver& observer);

 private:
  using Written = std::map<std::int32_t, WrittenReply>;  // by number of the sequence

  Result<GenerationResult> write_rest(const GenerationRequest& request,
                                      GenerationObserver& observer, const PromptReport& prompt,
                                      const Written& written);

  Generate generate_;
  Replace replace_;
};

}  // namespace cria::engine
