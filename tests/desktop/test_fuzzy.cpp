#include "desktop/palette/fuzzy.h"

#include <QTest>

using discern::desktop::fuzzyMatch;

class FuzzyTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void lettersMustOccurInOrder() {
    QVERIFY(fuzzyMatch("svs", "Save Session"));
    QVERIFY(!fuzzyMatch("vsa", "Save Session As").has_value() ||
            fuzzyMatch("vsa", "Save Session As")->positions == QVector<int>({2, 5, 13}));
    QVERIFY(!fuzzyMatch("xyz", "Save Session"));
    QVERIFY(!fuzzyMatch("sessionsave", "Save Session"));
  }

  void wordsMayComeInAnyOrder() { QVERIFY(fuzzyMatch("session save", "Save Session")); }

  void positionsNameTheLetters() {
    const auto match = fuzzyMatch("wat", "Seeded watershed");
    QVERIFY(match);
    QCOMPARE(match->positions, QVector<int>({7, 8, 9}));
  }

  void wordStartsAreWorthMore() {
    // "ef": the initials of Export Figure before letters in the middle of another name.
    QVERIFY(fuzzyMatch("ef", "Export Figure")->score > fuzzyMatch("ef", "Clear coffee list")->score);
    QVERIFY(fuzzyMatch("open", "Open…")->score > fuzzyMatch("open", "Show properties panel next")->score);
  }

  void emptyPatternMatchesAll() {
    const auto match = fuzzyMatch("", "Anything");
    QVERIFY(match);
    QVERIFY(match->positions.isEmpty());
  }

  void caseDoesNotMatter() { QVERIFY(fuzzyMatch("UNDO", "undo")); }
};

QTEST_GUILESS_MAIN(FuzzyTest)
#include "test_fuzzy.moc"
