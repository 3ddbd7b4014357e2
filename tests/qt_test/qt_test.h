// A stand-in for the part of Qt Test that the tests of kernels/ use, for where there is no Qt:
// slots of a QObject are tests, NAME_data() makes the rows of NAME().
//
// list_slots.cmake writes the .moc file, as Qt's moc would. Unlike Qt, floats that QCOMPARE
// compares must be equal, not nearly so.
#pragma once

#include <algorithm>
#include <any>
#include <cmath>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

class QString {
 public:
  QString() = default;
  QString(const char* text) : text_(text) {}
  static QString fromStdString(const std::string& text) { return text.c_str(); }
  const std::string& toStdString() const { return text_; }
  bool contains(const QString& part) const { return text_.find(part.text_) != std::string::npos; }
  unsigned toUInt(bool* is_number) const;

  /// The lowest of %1, %2 .. becomes the value.
  QString arg(const QString& value) const;
  QString arg(const char* value) const { return arg(QString(value)); }
  QString arg(double value, int width = 0, char format = 'g', int precision = 6) const;
  template <std::integral Integer>
  QString arg(Integer value) const {
    return arg(fromStdString(std::to_string(value)));
  }

  bool operator==(const QString&) const = default;

 private:
  std::string text_;
};

QString qEnvironmentVariable(const char* name);
[[gnu::format(printf, 1, 2)]] void qInfo(const char* format, ...);
[[noreturn, gnu::format(printf, 1, 2)]] void qFatal(const char* format, ...);
#define qPrintable(text) (text).toStdString().c_str()

namespace QTest {

struct Function {
  std::string name;
  std::function<void()> call;
};

/// The values of a row, one after another for the columns.
class Row {
 public:
  explicit Row(std::string name) : name_(std::move(name)) {}
  const std::string& name() const { return name_; }
  const std::any& value(std::size_t column) const { return values_.at(column); }
  template <typename T>
  Row& operator<<(const T& value) {
    values_.push_back(value);
    return *this;
  }
  Row& operator<<(const char* text) { return *this << QString(text); }

 private:
  std::string name_;
  std::vector<std::any> values_;
};

void addColumnNamed(const char* name);
template <typename T>
void addColumn(const char* name) {
  addColumnNamed(name);
}
Row& newRow(const char* name);
[[gnu::format(printf, 1, 2)]] Row& addRow(const char* format, ...);
/// The current row's value in the column `name`.
const std::any& valueOf(const char* name);

bool currentTestFailed();
void fail(const char* file, int line, const std::string& why);
void skip(const char* why);

/// Runs all of them, or those that the arguments name. Returns how many tests failed.
int run(const std::vector<Function>& functions, const std::vector<std::string>& wanted);

}  // namespace QTest

class QObject {
 public:
  QObject() = default;
  QObject(const QObject&) = delete;
  QObject& operator=(const QObject&) = delete;
  virtual ~QObject() = default;
  virtual std::vector<QTest::Function> slot_functions() = 0;
};

#define slots
#define Q_OBJECT                                          \
 public:                                                  \
  std::vector<QTest::Function> slot_functions() override; \
                                                          \
 private:

#define QFAIL(why)                        \
  do {                                    \
    QTest::fail(__FILE__, __LINE__, why); \
    return;                               \
  } while (false)
#define QVERIFY2(condition, why)                                                      \
  do {                                                                                \
    if (!static_cast<bool>(condition)) QFAIL(std::string(#condition) + ": " + (why)); \
  } while (false)
#define QVERIFY(condition) QVERIFY2(condition, "false")
#define QCOMPARE(got, want) QVERIFY2((got) == (want), #got " is not " #want)
#define QSKIP(why)    \
  do {                \
    QTest::skip(why); \
    return;           \
  } while (false)
#define QFETCH(Type, name) const auto name = std::any_cast<Type>(QTest::valueOf(#name))

#define QTEST_APPLESS_MAIN(Test)                                                  \
  int main(int count, char** arguments) {                                         \
    Test test;                                                                    \
    return QTest::run(test.slot_functions(), {arguments + 1, arguments + count}); \
  }
