#include "app/commands/bench_profile.h"

#include <string>

namespace cria::app {

void add_profile(Json& report, const engine::StepProfile& profile, double read_bytes_per_second) {
  const double bandwidth = profile.copy_bytes_per_second;
  report["bandwidth_GBps"] = bandwidth / 1e9;
  report["bandwidth_percent"] = bandwidth > 0 ? 100.0 * read_bytes_per_second / bandwidth : 0.0;
  report["launches_per_token"] = profile.launches;
  Json stages;
  double total = 0;
  for (std::size_t i = 0; i < profile.stage_ms.size(); ++i) {
    const double microseconds = 1000.0 * profile.stage_ms[i];
    stages[std::string(engine::stage_names[i])] = microseconds;
    total += microseconds;
  }
  report["stage_us"] = stages;
  report["stages_us"] = total;
}

}  // namespace cria::app
