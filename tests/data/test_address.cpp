#include "data/address.h"
#include "data/error.h"

#include <QtTest>

using namespace discern::data;

class TestAddress : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void thereAndBack_data() {
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("plain") << QByteArray("cluster") << QByteArray("/scratch/run_7.h5")
                           << QByteArray("ssh://cluster/scratch/run_7.h5");
    QTest::newRow("user and port") << QByteArray("me@far.example.org:2222") << QByteArray("/a")
                                   << QByteArray("ssh://me@far.example.org:2222/a");
    QTest::newRow("strange letters") << QByteArray("c") << QByteArray("/a b/100%/ü#?.nii")
                                     << QByteArray("ssh://c/a%20b/100%25/%C3%BC%23%3F.nii");
    QTest::newRow("what looks encoded") << QByteArray("c") << QByteArray("/a%20b") << QByteArray("ssh://c/a%2520b");
    QTest::newRow("the root") << QByteArray("c") << QByteArray("/") << QByteArray("ssh://c/");
  }
  void thereAndBack() {
    QFETCH(QByteArray, host);
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, text);
    const Address address{host.toStdString(), path.toStdString()};
    QCOMPARE(address.text(), text.toStdString());
    const Address back = Address::from(text.toStdString());
    QCOMPARE(back.host, address.host);
    QCOMPARE(back.path, address.path);
    QCOMPARE(hostOf(address.text()), address.host);
  }

  void whatIsWrittenLooselyHasOneForm() {
    QCOMPARE(Address::from("ssh://c//data/./x/../a b.nii").text(), std::string("ssh://c/data/a%20b.nii"));
    QCOMPARE(Address::from("ssh://c").path, std::string("/"));
    QCOMPARE(Address::from("ssh://c/100%").path, std::string("/100%"));
    QCOMPARE(Address::from("ssh://c/a%00b").path, std::string("/a%00b")); // no zero byte comes of it
  }

  void whatIsNone_data() {
    QTest::addColumn<QByteArray>("text");
    for (const char* text : {"ssh:///a", "ssh://-oProxyCommand=x/a", "ssh://a b/c", "/a/b", "sftp://c/a"})
      QTest::newRow(text) << QByteArray(text);
  }
  void whatIsNone() {
    QFETCH(QByteArray, text);
    QVERIFY_EXCEPTION_THROWN((void)Address::from(text.toStdString()), UsageError);
    QVERIFY(hostOf(text.toStdString()).empty());
  }

  void names() {
    QCOMPARE(fileNameOf("ssh://c/x/a%20b.nii"), std::string("a b.nii"));
    QCOMPARE(fileNameOf("/x/a%20b.nii"), std::string("a%20b.nii"));
    QVERIFY(isRemote("ssh://c/x") && !isRemote("/ssh://c/x"));
  }
};

QTEST_GUILESS_MAIN(TestAddress)
#include "test_address.moc"
