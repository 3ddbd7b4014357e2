// The last line of defence around calls of an engine.
#pragma once

#include <exception>
#include <new>
#include <string>

#include "kernels/result.h"

namespace cria::app {

/// Whatever an engine throws (bad_alloc above all) becomes an error.
template <typename Value, typename Call>
Result<Value> guarded(const Call& call) {
  try {
    return call();
  } catch (const std::bad_alloc&) {
    return Error{ErrorKind::device, "There is not enough memory."};
  } catch (const std::exception& exception) {
    return Error{ErrorKind::device, std::string("The engine failed: ") + exception.what()};
  }
}

}  // namespace cria::app
