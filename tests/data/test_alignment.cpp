#include "data/alignment.h"

#include <QtTest>
#include <cmath>

using namespace discern::data;

namespace {

/// 20 × 24 × 16 voxels of 2 mm, in RAS.
FieldInfo brain() {
  FieldInfo info;
  info.name = "brain";
  info.type = ScalarType::Int16;
  info.shape = {20, 24, 16};
  info.frame = Frame::RasMillimetres;
  info.worldUnit = "mm";
  info.indexToWorld = Affine{{2, 0, 0, -20, 0, 2, 0, -24, 0, 0, 2, -16, 0, 0, 0, 1}};
  return info;
}

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

} // namespace

/// How two fields lie to each other, and which pairs can be compared.
class TestAlignment : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void oneGrid() {
    FieldInfo other = brain();
    QVERIFY(alignmentOf(brain(), other).kind == Alignment::Kind::Same);
    other.indexToWorld.m[3] += 0.01; // far below a hundredth of a voxel
    QVERIFY(alignmentOf(brain(), other).kind == Alignment::Kind::Same);
    QVERIFY(noteOf(alignmentOf(brain(), other)).empty());
  }

  void turnedAxes() {
    // The same voxels stored from right to left, and with the first two axes in another order.
    FieldInfo other = brain();
    other.shape = {24, 20, 16};
    other.indexToWorld = Affine{{0, -2, 0, 18, 2, 0, 0, -24, 0, 0, 2, -16, 0, 0, 0, 1}};
    const Alignment found = alignmentOf(brain(), other);
    QVERIFY(found.kind == Alignment::Kind::Turned);
    QVERIFY(noteOf(found).empty()); // every voxel lies on a voxel: nothing to say
    QVERIFY(text(whyNotVoxelByVoxel(brain(), other)).contains("another order or direction"));
  }

  void roughly_data() {
    QTest::addColumn<QList<double>>("affine");
    QTest::addColumn<QList<int>>("shape");
    QTest::addColumn<QString>("says");
    const double c = 2 * std::cos(3 * M_PI / 180), s = 2 * std::sin(3 * M_PI / 180);
    QTest::newRow("shifted") << QList<double>{2, 0, 0, -19, 0, 2, 0, -24, 0, 0, 2, -16} << QList<int>{20, 24, 16}
                             << "Only roughly aligned: shifted by 1 mm";
    QTest::newRow("rotated") << QList<double>{c, -s, 0, -20, s, c, 0, -24, 0, 0, 2, -16} << QList<int>{20, 24, 16}
                             << "rotated 3.0°";
    QTest::newRow("finer") << QList<double>{1, 0, 0, -20, 0, 1, 0, -24, 0, 0, 1, -16} << QList<int>{40, 48, 32}
                           << "2 mm and 1 mm voxels";
    QTest::newRow("fewer") << QList<double>{2, 0, 0, -20, 0, 2, 0, -24, 0, 0, 2, -16} << QList<int>{18, 24, 16}
                           << "20 × 24 × 16 and 18 × 24 × 16 voxels";
    QTest::newRow("elsewhere") << QList<double>{2, 0, 0, 500, 0, 2, 0, -24, 0, 0, 2, -16} << QList<int>{20, 24, 16}
                               << "In other places: ";
  }
  void roughly() {
    QFETCH(QList<double>, affine);
    QFETCH(QList<int>, shape);
    QFETCH(QString, says);
    FieldInfo other = brain();
    std::copy(affine.begin(), affine.end(), other.indexToWorld.m.begin());
    std::copy(shape.begin(), shape.end(), other.shape.begin());
    const Alignment found = alignmentOf(brain(), other);
    QVERIFY(found.kind == Alignment::Kind::Apart);
    QVERIFY2(text(noteOf(found)).contains(says), noteOf(found).c_str());
    QVERIFY(!whyNotVoxelByVoxel(brain(), other).empty());
  }

  void noCommonFrame() {
    FieldInfo other = brain();
    other.frame = Frame::VoxelIndex;
    other.worldUnit.clear();
    const Alignment found = alignmentOf(brain(), other);
    QVERIFY(found.kind == Alignment::Kind::NoCommonFrame);
    QVERIFY2(text(noteOf(found)).contains("RAS mm and voxel index"), noteOf(found).c_str());
  }

  void labels() {
    FieldInfo field = brain();
    QVERIFY(whyNoLabels(field).empty());
    field.type = ScalarType::Float32;
    field.unit = "K";
    const QString why = text(whyNoLabels(field));
    QVERIFY2(why.contains("whole numbers") && why.contains("float32 values in K"), qPrintable(why));
    field.labels = true;
    QVERIFY(whyNoLabels(field).empty());
  }
};

QTEST_GUILESS_MAIN(TestAlignment)
#include "test_alignment.moc"
