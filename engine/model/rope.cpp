// Formulas: transformers, modeling_rope_utils.py and LlamaRotaryEmbedding. What they compute with
// tensors is computed in float32 here, in the same order; what they compute with Python numbers, in
// double.
#include "engine/model/rope.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace cria::engine {
namespace {

using Frequencies = std::vector<float>;

/// 1 / theta^(2i / dim), i < dim / 2
Frequencies plain_frequencies(float theta, std::int32_t dim) {
  Frequencies result(static_cast<std::size_t>(dim / 2));
  for (std::size_t i = 0; i < result.size(); ++i)
    result[i] = 1.0F / std::pow(theta, static_cast<float>(2 * i) / static_cast<float>(dim));
  return result;
}

/// NTK-aware: theta grows with the sequence, so that the slowest frequency is stretched by factor.
float dynamic_theta(const RopeConfig& config, std::int32_t dim, std::int32_t length,
                    std::int32_t max_position_embeddings) {
  const auto factor = static_cast<float>(config.factor);
  const float stretch =
      factor * static_cast<float>(length) / static_cast<float>(max_position_embeddings) -
      static_cast<float>(config.factor - 1);
  const double exponent = static_cast<double>(dim) / (dim - 2);
  return static_cast<float>(config.rope_theta) * std::pow(stretch, static_cast<float>(exponent));
}

/// Long waves are stretched, short ones kept, those between blended.
void scale_llama3(const RopeConfig& config, Frequencies& frequencies) {
  const auto factor = static_cast<float>(config.factor);
  const auto low = static_cast<float>(config.low_freq_factor);
  const auto old_length = static_cast<float>(config.original_max_position_embeddings);
  const auto longest =
      static_cast<float>(config.original_max_position_embeddings / config.low_freq_factor);
  const auto shortest =
      static_cast<float>(config.original_max_position_embeddings / config.high_freq_factor);
  const auto range = static_cast<float>(config.high_freq_factor - config.low_freq_factor);
  constexpr float turn = 2 * std::numbers::pi_v<float>;
  for (float& frequency : frequencies) {
    const float wavelength = 1.0F / frequency * turn;
    if (wavelength < shortest) continue;
    if (wavelength > longest) {
      frequency /= factor;
      continue;
    }
    const float smooth = (1.0F / wavelength * old_length - low) / range;
    frequency = (1 - smooth) * frequency / factor + smooth * frequency;
  }
}

/// The dimension that turns `rotations` times within `length` positions.
double correction_dim(double rotations, std::int32_t dim, double theta, std::int32_t length) {
  return dim * std::log(length / (rotations * 2 * std::numbers::pi)) / (2 * std::log(theta));
}

/// Fast dimensions are kept, slow ones stretched, with a ramp between.
void scale_yarn(const RopeConfig& config, std::int32_t dim, Frequencies& frequencies) {
  const std::int32_t length = config.original_max_position_embeddings;
  double low = correction_dim(config.beta_fast, dim, config.rope_theta, length);
  double high = correction_dim(config.beta_slow, dim, config.rope_theta, length);
  if (config.truncate) {
    low = std::floor(low);
    high = std::ceil(high);
  }
  low = std::max(low, 0.0);
  high = std::min(high, static_cast<double>(dim - 1));
  if (low == high) high += 0.001;

  const auto theta = static_cast<float>(config.rope_theta);
  for (std::size_t i = 0; i < frequencies.size(); ++i) {
    const float power = std::pow(theta, static_cast<float>(2 * i) / static_cast<float>(dim));
    const float stretched = 1.0F / (static_cast<float>(config.factor) * power);
    const float ramp =
        (static_cast<float>(i) - static_cast<float>(low)) / static_cast<float>(high - low);
    const float kept = 1 - std::clamp(ramp, 0.0F, 1.0F);
    frequencies[i] = stretched * (1 - kept) + 1.0F / power * kept;
  }
}

/// Long contexts make attention flat; yarn sharpens it again through q and k.
double yarn_attention_factor(const RopeConfig& config) {
  const auto sharpen = [&](double mscale) {
    return config.factor <= 1 ? 1.0 : 0.1 * mscale * std::log(config.factor) + 1.0;
  };
  if (config.attention_factor) return *config.attention_factor;
  const double mscale = config.mscale.value_or(0);
  const double all_dim = config.mscale_all_dim.value_or(0);
  if (mscale != 0 && all_dim != 0) return sharpen(mscale) / sharpen(all_dim);
  return sharpen(1);
}

}  // namespace

Rope::Rope(const LlamaConfig& config)
    : config_(config.rope),
      rotary_dim_(config.shape().rotary_dim),
      max_position_embeddings_(config.max_position_embeddings),
      inv_freq_(plain_frequencies(static_cast<float>(config.rope.rope_theta), rotary_dim_)) {
  switch (config_.type) {
    case RopeType::plain:
      break;
    case RopeType::linear:
      for (float& frequency : inv_freq_) frequency /= static_cast<float>(config_.factor);
      break;
    case RopeType::dynamic:
      length_limit_ = max_position_embeddings_;
      break;
    case RopeType::llama3:
      scale_llama3(config_, inv_freq_);
      break;
    case RopeType::yarn:
      scale_yarn(config_, rotary_dim_, inv_freq_);
      attention_factor_ = static_cast<float>(yarn_attention_factor(config_));
      break;
  }
}

std::span<const float> Rope::inv_freq(std::int32_t length) {
  if (length_limit_ == 0 || length <= length_limit_) return inv_freq_;
  if (length != stretched_length_) {
    stretched_ = plain_frequencies(
        dynamic_theta(config_, rotary_dim_, length, max_position_embeddings_), rotary_dim_);
    stretched_length_ = length;
  }
  return stretched_;
}

void Rope::row(std::int32_t position, std::int32_t length, std::span<float> cos,
               std::span<float> sin) {
  const std::span<const float> frequencies = inv_freq(length);
  for (std::size_t i = 0; i < frequencies.size(); ++i) {
    const float angle = static_cast<float>(position) * frequencies[i];
    cos[i] = std::cos(angle) * attention_factor_;
    sin[i] = std::sin(angle) * attention_factor_;
  }
}

}  // namespace cria::engine
