// Stands in for CUDA's header of this name when the .cu files are compiled for tests/simt.
#pragma once

#include "tests/simt/include/device_functions.h"
#include "tests/simt/include/runtime_api.h"
#include "tests/simt/include/vector_types.h"
