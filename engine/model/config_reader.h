// Typed reads from a JSON object that stop at the first thing that is wrong.
#pragma once

#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "kernels/result.h"

namespace cria::engine {

/// A value in few words for an error, however large or deep it is.
std::string brief(const nlohmann::json& value);

/// After the first error every read gives its fallback. null counts as missing, as in
/// transformers. Borrows `object`.
class ConfigReader {
 public:
  /// `place` begins every error, as in "/x/config.json: ".
  ConfigReader(const nlohmann::json& object, std::string place)
      : object_(object), place_(std::move(place)) {}

  /// None: missing or null.
  const nlohmann::json* find(const char* key) const;

  std::optional<std::int64_t> integer(const char* key, std::int64_t low, std::int64_t high);
  std::int32_t integer_or(const char* key, std::int32_t fallback, std::int32_t low,
                          std::int32_t high);
  std::int32_t required_integer(const char* key, std::int32_t low, std::int32_t high);
  std::optional<double> number(const char* key, double low, double high);
  double number_or(const char* key, double fallback, double low, double high);
  double required_number(const char* key, double low, double high);
  bool boolean_or(const char* key, bool fallback);
  std::optional<std::string> text(const char* key);

  /// Keeps `sentence` if it is the first.
  void fail(const std::string& sentence);
  /// `key` should be `expected`, but is what it is.
  void expected(const char* key, const std::string& expected);
  /// Takes over the first error of a reader of an inner object.
  void inherit(const ConfigReader& inner);

  const std::optional<Error>& error() const { return error_; }
  const std::string& place() const { return place_; }

 private:
  const nlohmann::json& object_;
  std::string place_;
  std::optional<Error> error_;
};

}  // namespace cria::engine
