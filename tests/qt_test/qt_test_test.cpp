// Each way in which a test of the stand-in ends; CMakeLists.txt knows how many of each there are.
#include <QtTest>

class QtTestTest : public QObject {
  Q_OBJECT

 private slots:
  void passes() { QVERIFY(true); }
  void verifies() { QVERIFY(1 > 2); }
  void compares() { QCOMPARE(1.0F, 1.0000001F); }
  void fails() { QFAIL(qPrintable(QString("%1 and %2").arg(1).arg("two"))); }
  void skips() { QSKIP("as it is told"); }
  void skips_without_rows_data() { QSKIP("nothing to test on"); }
  void skips_without_rows() { QVERIFY(false); }
  void takes_rows_data();
  void takes_rows();
};

void QtTestTest::takes_rows_data() {
  QTest::addColumn<int>("number");
  QTest::addColumn<QString>("word");
  QTest::newRow("one") << 1 << "one";
  QTest::addRow("%d", 2) << 2 << "one";
  QTest::newRow("three") << 3 << "three";
  QTest::newRow("four") << 3 << "four";
}

void QtTestTest::takes_rows() {
  QFETCH(int, number);
  QFETCH(QString, word);
  QCOMPARE(word, QString(number == 1 ? "one" : "three"));
  QVERIFY(!QTest::currentTestFailed());
}

QTEST_APPLESS_MAIN(QtTestTest)
#include "qt_test_test.moc"
