#include "kernels/control_groups.h"

#include <QtTest>
#include <filesystem>
#include <fstream>

using cria::kernels::control_groups;

class ControlGroupsTest : public QObject {
  Q_OBJECT

 private slots:
  void leads_from_the_own_group_to_the_root();
};

void ControlGroupsTest::leads_from_the_own_group_to_the_root() {
  std::ifstream file("/proc/self/cgroup");
  std::string line;
  std::string own;
  while (std::getline(file, line))
    if (line.starts_with("0::/")) own = line.substr(3);
  const std::vector<std::string> groups = control_groups();
  QCOMPARE(groups.empty(), own.empty());
  if (own.empty()) QSKIP("this system has no control groups of version 2");
  QCOMPARE(groups.front(), "/sys/fs/cgroup" + (own == "/" ? "" : own));
  QCOMPARE(groups.back(), std::string("/sys/fs/cgroup"));
  for (std::size_t i = 1; i < groups.size(); ++i)
    QCOMPARE(std::filesystem::path(groups[i - 1]).parent_path(), std::filesystem::path(groups[i]));
}

QTEST_APPLESS_MAIN(ControlGroupsTest)
#include "control_groups_test.moc"
