#include "engine/checkpoint/shard_index.h"

#include <algorithm>

#include "engine/base/file_error.h"
#include "engine/checkpoint/json_events.h"
#include "engine/checkpoint/limits.h"

namespace cria::engine {
namespace {

using Listing = std::pair<std::string, std::string>;  // tensor, file

/// {"metadata": {..}, "weight_map": {TENSOR: FILE}}; other keys are ignored.
class IndexEvents : public JsonEvents {
 public:
  std::vector<Listing> listings;
  bool seen_map = false;

  bool start_object(std::size_t) override {
    if (depth_ == 1 && in_map_ && seen_map) return fail("has a weight_map twice");
    if (depth_ == 2 && in_map_) return scalar("an object");
    if (depth_ == 1 && in_map_) seen_map = true;
    return deeper();
  }
  bool end_object() override {
    if (--depth_ == 1) in_map_ = false;
    return true;
  }
  bool start_array(std::size_t) override {
    if (depth_ == 0 || in_map_) return scalar("a list");
    return deeper();
  }
  bool end_array() override { return end_object(); }

  bool key(std::string& text) override {
    if (depth_ == 1) in_map_ = text == "weight_map";
    if (depth_ != 2 || !in_map_) return true;
    if (listings.size() == max_tensors) {
      return fail("lists more than " + std::to_string(max_tensors) + " tensors");
    }
    if (text.size() > max_tensor_name) return fail("has the over-long name " + in_quotes(text));
    listings.emplace_back(std::move(text), std::string());
    return true;
  }

  bool string(std::string& text) override {
    if (depth_ != 2 || !in_map_) return scalar("a string");
    listings.back().second = std::move(text);
    return true;
  }

 protected:
  bool scalar(const std::string& what) override {
    if (depth_ == 0) return fail("should be an object but is " + what);
    if (!in_map_) return true;
    if (depth_ == 1) return fail("has a weight_map that is " + what + ", not an object");
    return fail("lists tensor " + in_quotes(listings.back().first) + " in " + what +
                ", not in a file");
  }

 private:
  bool deeper() {
    if (++depth_ > max_nesting) return fail("is nested too deeply");
    return true;
  }

  std::size_t depth_ = 0;
  bool in_map_ = false;
};

bool is_plain_name(const std::string& name) {
  return !name.empty() && name.size() <= 255 && name != "." && name != ".." &&
         name.find_first_of(std::string_view("/\\\0", 3)) == std::string::npos;
}

}  // namespace

Result<ShardIndex> parse_shard_index(std::string_view json, const std::filesystem::path& file) {
  IndexEvents events;
  const std::string problem = events.read(json);
  if (!problem.empty()) return file_error(file, "the index " + problem);
  if (!events.seen_map) return file_error(file, "the index has no weight_map");
  if (events.listings.empty()) return file_error(file, "the index lists no tensors");

  ShardIndex index;
  auto& listings = events.listings;
  std::sort(listings.begin(), listings.end());
  for (std::size_t i = 0; i < listings.size(); ++i) {
    const auto& [tensor, shard] = listings[i];
    if (i > 0 && listings[i - 1].first == tensor) {
      return file_error(file, "the index lists tensor " + in_quotes(tensor) + " twice");
    }
    if (!is_plain_name(shard)) {
      return file_error(file, "the index puts tensor " + in_quotes(tensor) + " into " +
                                  in_quotes(shard) +
                                  ", expected the plain name of a file beside it");
    }
    index.files.push_back(shard);
  }
  std::sort(index.files.begin(), index.files.end());
  index.files.erase(std::unique(index.files.begin(), index.files.end()), index.files.end());
  if (index.files.size() > max_shards) {
    return file_error(file, "the index names " + std::to_string(index.files.size()) +
                                " shards, more than the " + std::to_string(max_shards) +
                                " allowed");
  }
  for (auto& [tensor, shard] : listings) {
    const auto place = std::lower_bound(index.files.begin(), index.files.end(), shard);
    index.weight_map.emplace_back(std::move(tensor),
                                  static_cast<std::size_t>(place - index.files.begin()));
  }
  return index;
}

Status check_shards(const ShardIndex& index,
                    const std::vector<std::span<const StoredTensor>>& shards,
                    const std::filesystem::path& file) {
  std::vector<bool> found(index.weight_map.size(), false);
  for (std::size_t shard = 0; shard < shards.size(); ++shard) {
    for (const StoredTensor& tensor : shards[shard]) {
      const auto place = std::lower_bound(
          index.weight_map.begin(), index.weight_map.end(), tensor.name,
          [](const auto& listed, const std::string& name) { return listed.first < name; });
      const bool listed = place != index.weight_map.end() && place->first == tensor.name;
      if (!listed) {
        return tensor_error(tensor.file, tensor.name, "is not listed in " + file.string());
      }
      if (place->second != shard) {
        return tensor_error(tensor.file, tensor.name,
                            "lies in this shard, but " + file.string() + " lists it in " +
                                in_quotes(index.files[place->second]));
      }
      found[static_cast<std::size_t>(place - index.weight_map.begin())] = true;
    }
  }
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (found[i]) continue;
    const auto& [tensor, shard] = index.weight_map[i];
    return tensor_error(file.parent_path() / index.files[shard], tensor,
                        "is missing from this shard, though " + file.string() + " lists it there");
  }
  return {};
}

}  // namespace cria::engine
