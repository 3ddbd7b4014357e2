// Errors as values, for kernels, engine and app alike. It lies in kernels/ because that is the
// lowest folder.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace cria {

/// What kind of thing went wrong; the command line turns it into an exit code.
enum class ErrorKind {
  usage,       ///< the request makes no sense (exit 2)
  checkpoint,  ///< a checkpoint cannot be read (exit 3)
  device,      ///< a device is missing, failed, or is out of memory (exit 4)
  cancelled,   ///< the user stopped it (exit 130)
  io,          ///< a file other than a checkpoint could not be read or written (exit 1)
};

/// One sentence a user can act on: what, where, what was expected and what was found.
struct Error {
  ErrorKind kind;
  std::string message;
};

/// Either a T or an Error. Check with `if (!result)` before `*result`.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value)
      : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: implicit on purpose
  Result(Error error)
      : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit on purpose

  explicit operator bool() const { return state_.index() == 0; }
  /// Preconditions: holds a value.
  T& operator*() & { return *std::get_if<0>(&state_); }
  const T& operator*() const& { return *std::get_if<0>(&state_); }
  T&& operator*() && { return std::move(*std::get_if<0>(&state_)); }
  T* operator->() { return std::get_if<0>(&state_); }
  const T* operator->() const { return std::get_if<0>(&state_); }
  /// Precondition: holds an error.
  const Error& error() const { return *std::get_if<1>(&state_); }

 private:
  std::variant<T, Error> state_;
};

/// Success, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), failed_(true) {}  // NOLINT: implicit on purpose

  explicit operator bool() const { return !failed_; }
  const Error& error() const { return error_; }

 private:
  Error error_{};
  bool failed_ = false;
};

using Status = Result<void>;

}  // namespace cria
