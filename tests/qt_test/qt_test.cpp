#include "tests/qt_test/qt_test.h"

namespace {

/// What printf would print.
std::string text_of(const char* format, std::va_list arguments) {
  char text[4096];
  std::vsnprintf(text, sizeof text, format, arguments);
  return text;
}

struct State {
  std::vector<std::string> columns;
  std::vector<QTest::Row> rows;
  const QTest::Row* row = nullptr;
  std::string test;
  bool failed = false;
  bool skipped = false;
};
State state;

void report(const char* word, const std::string& more) {
  std::printf("%-7s: %s %s\n", word, state.test.c_str(), more.c_str());
  std::fflush(stdout);
}

struct Totals {
  int passed = 0;
  int failed = 0;
  int skipped = 0;
};

/// One row of a test; `test` is null where making the rows already said how it ended.
void run_row(const QTest::Function* test, Totals& totals) {
  if (test != nullptr) test->call();
  if (state.failed) {
    ++totals.failed;
  } else if (state.skipped) {
    ++totals.skipped;
  } else {
    report("PASS", "");
    ++totals.passed;
  }
  state.failed = false;
  state.skipped = false;
}

void run_test(const QTest::Function& test, const QTest::Function* data, Totals& totals) {
  state = State();
  state.test = test.name;
  if (data == nullptr) return run_row(&test, totals);
  data->call();
  if (state.failed || state.skipped) return run_row(nullptr, totals);
  for (const QTest::Row& row : state.rows) {
    state.row = &row;
    state.test = test.name + "(" + row.name() + ")";
    run_row(&test, totals);
  }
}

}  // namespace

unsigned QString::toUInt(bool* is_number) const {
  char* end = nullptr;
  const unsigned long value = std::strtoul(text_.c_str(), &end, 10);
  *is_number = !text_.empty() && *end == '\0' && value <= 0xFFFFFFFFUL;
  return *is_number ? static_cast<unsigned>(value) : 0;
}

QString QString::arg(const QString& value) const {
  for (char digit = '1'; digit <= '9'; ++digit) {
    const auto at = text_.find(std::string{'%', digit});
    if (at == std::string::npos) continue;
    QString filled = *this;
    filled.text_.replace(at, 2, value.text_);
    return filled;
  }
  return *this;
}

QString QString::arg(double value, int, char, int precision) const {
  char text[64];
  std::snprintf(text, sizeof text, "%.*g", precision, value);
  return arg(QString(text));
}

QString qEnvironmentVariable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? QString() : QString(value);
}

void qInfo(const char* format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  report("INFO", text_of(format, arguments));
  va_end(arguments);
}

void qFatal(const char* format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  report("FATAL", text_of(format, arguments));
  va_end(arguments);
  std::abort();
}

namespace QTest {

void addColumnNamed(const char* name) { state.columns.emplace_back(name); }

Row& newRow(const char* name) { return state.rows.emplace_back(name); }

Row& addRow(const char* format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  const std::string name = text_of(format, arguments);
  va_end(arguments);
  return newRow(name.c_str());
}

const std::any& valueOf(const char* name) {
  const auto column = std::find(state.columns.begin(), state.columns.end(), name);
  if (state.row == nullptr || column == state.columns.end()) qFatal("there is no column %s", name);
  return state.row->value(static_cast<std::size_t>(column - state.columns.begin()));
}

bool currentTestFailed() { return state.failed; }

void fail(const char* file, int line, const std::string& why) {
  report("FAIL", why + "\n   " + file + ":" + std::to_string(line));
  state.failed = true;
}

void skip(const char* why) {
  report("SKIP", why);
  state.skipped = true;
}

int run(const std::vector<Function>& functions, const std::vector<std::string>& wanted) {
  const auto named = [&](const std::string& name) {
    const auto found = std::find_if(functions.begin(), functions.end(),
                                    [&](const Function& one) { return one.name == name; });
    return found == functions.end() ? nullptr : &*found;
  };
  Totals totals;
  for (const std::string& name : wanted)
    if (named(name) == nullptr) qFatal("there is no test %s", name.c_str());
  for (const Function& test : functions) {
    if (test.name.ends_with("_data")) continue;
    if (wanted.empty() || std::find(wanted.begin(), wanted.end(), test.name) != wanted.end())
      run_test(test, named(test.name + "_data"), totals);
  }
  std::printf("Totals: %d passed, %d failed, %d skipped\n", totals.passed, totals.failed,
              totals.skipped);
  return std::min(totals.failed, 127);
}

}  // namespace QTest
