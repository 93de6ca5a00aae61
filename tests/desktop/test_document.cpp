#include "desktop/session/document.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <nlohmann/json.hpp>

using namespace discern;

class DocumentTest : public QObject {
  Q_OBJECT

  static session::Layer layer(const char* path) {
    session::Layer made;
    made.path = path;
    made.name = "a layer";
    return made;
  }

private Q_SLOTS:
  void savedAndOpenedIsTheSame() {
    const QTemporaryDir folder;
    link::Link link;
    desktop::Document document(link);
    link.run("addLayer", {{"layer", layer("/data/a.tif")}});
    link.setCursor({1, 2, 3});
    QVERIFY(document.modified());
    bool whole = false;
    const QString file = folder.filePath("one.discern");
    document.save(file, [&whole](bool ok) { whole = ok; });
    QTRY_VERIFY(whole);
    QVERIFY(!document.modified());
    QCOMPARE(document.file(), file);
    QCOMPARE(document.title(), QStringLiteral("one"));

    link::Link other;
    desktop::Document again(other);
    QSignalSpy opened(&again, &desktop::Document::opened);
    again.open(file);
    QVERIFY(opened.wait());
    QVERIFY(other.state() == link.state());
    QVERIFY(!again.modified());
    QVERIFY(!other.session().canUndo());
  }

  void movingTheCursorIsNoChange() {
    link::Link link;
    desktop::Document document(link);
    link.run("addLayer", {{"layer", layer("/data/a.tif")}});
    document.adopt(link.state(), {});
    QVERIFY(document.modified()); // recovered work was never saved
    document.close();
    QVERIFY(!document.modified());
    link.setCursor({4, 5, 6});
    QVERIFY(!document.modified());
  }

  void lookingAtAFileIsNotWorthAsking() {
    link::Link link;
    desktop::Document document(link);
    link.run("addLayer", {{"layer", layer("/data/a.tif")}});
    QVERIFY(document.modified());
    QVERIFY(!document.worthAsking());
    link.run("addRun", {{"path", "/runs/one"}});
    QVERIFY(document.worthAsking());
  }

  void aFileThatIsNoSessionFails() {
    const QTemporaryDir folder;
    const QString path = folder.filePath("wrong.discern");
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"format\": \"something else\"}");
    file.close();
    link::Link link;
    desktop::Document document(link);
    QSignalSpy failed(&document, &desktop::Document::failed);
    document.open(path);
    QVERIFY(failed.wait());
    QVERIFY(failed[0][1].toString().contains("wrong.discern"));
    QVERIFY(document.file().isEmpty());
  }

  void savingWhereNothingCanBeWrittenFails() {
    link::Link link;
    desktop::Document document(link);
    QSignalSpy failed(&document, &desktop::Document::failed);
    bool answered = false, whole = true;
    document.save("/proc/nowhere/a.discern", [&](bool ok) {
      answered = true;
      whole = ok;
    });
    QTRY_VERIFY(answered);
    QVERIFY(!whole);
    QCOMPARE(failed.count(), 1);
    QVERIFY(document.file().isEmpty());
  }
};

QTEST_GUILESS_MAIN(DocumentTest)
#include "test_document.moc"
