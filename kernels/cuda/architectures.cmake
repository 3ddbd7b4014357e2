# What to compile for, as CMAKE_CUDA_ARCHITECTURES wants it.
function(cria_cuda_architectures result)
  set(wanted "${CRIA_CUDA_ARCHITECTURES}")
  if(wanted STREQUAL "all")
    # Turing to Blackwell; PTX of 10.0 for 11.0, which neither 10.0's nor 12.0's code runs on, and of
    # 12.0 for what comes later.
    set(wanted 75-real 80-real 86-real 89-real 90-real 100 120)
  elseif(wanted STREQUAL "")
    set(wanted 80)
    find_program(CRIA_NVIDIA_SMI nvidia-smi)
    if(CRIA_NVIDIA_SMI)
      execute_process(COMMAND ${CRIA_NVIDIA_SMI} --query-gpu=compute_cap --format=csv,noheader
                      OUTPUT_VARIABLE seen RESULT_VARIABLE failed ERROR_QUIET
                      OUTPUT_STRIP_TRAILING_WHITESPACE)
      string(REGEX MATCHALL "[0-9]+\\.[0-9]+" seen "${seen}")
      if(NOT failed AND seen)
        string(REPLACE "." "" seen "${seen}")
        list(REMOVE_DUPLICATES seen)
        list(TRANSFORM seen APPEND "-real")
        set(wanted ${seen})
      endif()
    endif()
  endif()
  set(${result} "${wanted}" PARENT_SCOPE)
endfunction()
