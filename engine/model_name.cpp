#include "engine/model_name.h"

#include <algorithm>

namespace cria::engine {

namespace {

std::string last_name(const std::filesystem::path& path) {
  return path.has_filename() ? path.filename().string() : path.parent_path().filename().string();
}

}  // namespace

std::string readable_name(const std::filesystem::path& folder) {
  std::error_code ignored;
  const std::filesystem::path absolute = std::filesystem::absolute(folder, ignored);
  const std::filesystem::path path = (absolute.empty() ? folder : absolute).lexically_normal();
  std::string name = last_name(path);
  for (const auto& part : path) {
    const std::string text = part.string();
    const auto repository = text.rfind("--");
    if (text.starts_with("models--") && repository != std::string::npos) {
      name = text.substr(repository + 2);
    }
  }
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '-' || c == '_'; }, ' ');
  return name;
}

}  // namespace cria::engine
