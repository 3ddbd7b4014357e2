#include "engine/model/config_reader.h"

#include <array>
#include <cstdio>

namespace cria::engine {
namespace {

constexpr std::size_t longest_shown = 60;

std::string shown(double value) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%g", value);
  return text.data();
}

}  // namespace

std::string brief(const nlohmann::json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return "a list of " + std::to_string(value.size());
  // Scalars only: dump() of something deep would recurse as deep.
  std::string text = value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
  if (text.size() > longest_shown) text = text.substr(0, longest_shown) + "..";
  return text;
}

const nlohmann::json* ConfigReader::find(const char* key) const {
  const auto at = object_.find(key);
  return at == object_.end() || at->is_null() ? nullptr : &*at;
}

void ConfigReader::fail(const std::string& sentence) {
  if (!error_) error_ = Error{ErrorKind::checkpoint, place_ + sentence};
}

void ConfigReader::expected(const char* key, const std::string& expected) {
  const nlohmann::json* value = find(key);
  if (value == nullptr)
    fail(std::string(key) + " is missing, expected " + expected + ".");
  else
    fail(std::string(key) + " should be " + expected + ", found " + brief(*value) + ".");
}

void ConfigReader::inherit(const ConfigReader& inner) {
  if (!error_) error_ = inner.error_;
}

std::optional<std::int64_t> ConfigReader::integer(const char* key, std::int64_t low,
                                                  std::int64_t high) {
  const nlohmann::json* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (value->is_number_integer()) {
    const bool too_large = value->is_number_unsigned() &&
                           value->get<std::uint64_t>() > static_cast<std::uint64_t>(high);
    const std::int64_t number = too_large ? 0 : value->get<std::int64_t>();
    if (!too_large && number >= low && number <= high) return number;
  }
  expected(key, "a whole number from " + std::to_string(low) + " to " + std::to_string(high));
  return std::nullopt;
}

std::int32_t ConfigReader::integer_or(const char* key, std::int32_t fallback, std::int32_t low,
                                      std::int32_t high) {
  return static_cast<std::int32_t>(integer(key, low, high).value_or(fallback));
}

std::int32_t ConfigReader::required_integer(const char* key, std::int32_t low, std::int32_t high) {
  if (find(key) == nullptr)
    expected(key, "a whole number from " + std::to_string(low) + " to " + std::to_string(high));
  return integer_or(key, low, low, high);
}

std::optional<double> ConfigReader::number(const char* key, double low, double high) {
  const nlohmann::json* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (value->is_number()) {
    const double number = value->get<double>();
    if (std::isfinite(number) && number >= low && number <= high) return number;
  }
  expected(key, "a number from " + shown(low) + " to " + shown(high));
  return std::nullopt;
}

double ConfigReader::number_or(const char* key, double fallback, double low, double high) {
  return number(key, low, high).value_or(fallback);
}

double ConfigReader::required_number(const char* key, double low, double high) {
  if (find(key) == nullptr) expected(key, "a number from " + shown(low) + " to " + shown(high));
  return number_or(key, low, low, high);
}

bool ConfigReader::boolean_or(const char* key, bool fallback) {
  const nlohmann::json* value = find(key);
  if (value == nullptr) return fallback;
  if (!value->is_boolean()) {
    expected(key, "true or false");
    return fallback;
  }
  return value->get<bool>();
}

std::optional<std::string> ConfigReader::text(const char* key) {
  const nlohmann::json* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) {
    expected(key, "a string");
    return std::nullopt;
  }
  return value->get<std::string>();
}

}  // namespace cria::engine
