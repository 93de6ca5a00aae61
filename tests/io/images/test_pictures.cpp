#include "io/peer.h"

#include <QtTest>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

using namespace discern;
using test::difference;
using test::doubles;
using test::everything;
using test::python;

namespace {

/// Python that prints an image as Pillow sees it: component by component, as doubles.
const char* const pillow = R"(
import sys, numpy as np
from PIL import Image
a = np.asarray(Image.open(sys.argv[1]))
if a.ndim == 3: a = np.moveaxis(a, 2, 0)
np.ascontiguousarray(a, dtype='f8').tofile(sys.stdout.buffer)
)";

} // namespace

/// PNG and JPEG against Pillow.
class TestPictures : public QObject {
  Q_OBJECT

private:
  QTemporaryDir folder_;
  [[nodiscard]] QString path(const QString& name) const { return folder_.filePath(name); }
  [[nodiscard]] QByteArray contentOf(const QString& name) const {
    QFile file(path(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
  }
  QString put(const QString& name, const QByteArray& bytes) const {
    QFile file(path(name));
    if (file.open(QIODevice::WriteOnly)) file.write(bytes);
    return path(name);
  }

private Q_SLOTS:
  void initTestCase() {
    if (!test::pythonHas("PIL, numpy")) QSKIP("python3 lacks Pillow or NumPy");
    QString problem;
    python(R"(
import sys, numpy as np
from PIL import Image, PngImagePlugin
d = sys.argv[1] + '/'
r = np.random.default_rng(7)
grey = r.integers(0, 256, (37, 53), dtype='u1')
Image.fromarray(grey).save(d + 'grey.png', dpi=(25400, 12700))
info = PngImagePlugin.PngInfo(); info.add_text('Title', 'noise')
Image.fromarray(r.integers(0, 256, (37, 53, 3), dtype='u1')).save(d + 'rgb.png', pnginfo=info, dpi=(300, 300))
Image.fromarray(r.integers(0, 256, (37, 53, 4), dtype='u1')).save(d + 'rgba.png')
Image.fromarray(r.integers(0, 256, (37, 53, 2), dtype='u1'), 'LA').save(d + 'la.png')
Image.fromarray(r.integers(0, 65536, (37, 53), dtype='u2')).save(d + 'grey16.png')
Image.fromarray(grey > 128).save(d + 'one_bit.png')
Image.fromarray(r.integers(0, 256, (64, 80, 3), dtype='u1')).quantize(200).save(d + 'palette.png')
smooth = (np.add.outer(np.arange(48) * 3, np.arange(64)) % 256).astype('u1')
Image.fromarray(smooth).save(d + 'grey.jpg', quality=90, dpi=(72, 72))
rgb = Image.fromarray(np.dstack([smooth, smooth[::-1], smooth[:, ::-1]]))
rgb.save(d + 'rgb.jpg', quality=90)
rgb.save(d + 'progressive.jpg', progressive=True)
exif = Image.Exif(); exif[0x0112] = 6
rgb.save(d + 'turned.jpg', exif=exif)
rgb.convert('CMYK').save(d + 'cmyk.jpg')
print('done')
)",
           {folder_.path()}, &problem);
    QVERIFY2(QFile::exists(path("cmyk.jpg")), qPrintable(problem));
  }

  void values_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("type");
    QTest::addColumn<int>("components");
    const auto add = [this](const QString& file, const char* type, int components) {
      QTest::newRow(qPrintable(file.section('/', -1)))
          << (file.startsWith('/') ? file : path(file)) << QString(type) << components;
    };
    add("grey.png", "uint8", 1);
    add("rgb.png", "uint8", 3);
    add("rgba.png", "uint8", 4);
    add("la.png", "uint8", 2);
    add("grey16.png", "uint16", 1);
    add("one_bit.png", "uint8", 1);
    add("grey.jpg", "uint8", 1);
    add("rgb.jpg", "uint8", 3);
    add("progressive.jpg", "uint8", 3);
    add("turned.jpg", "uint8", 3);
    const QString shared = DISCERN_SHARED_DATA "/11_segmentation/";
    if (!QDir(shared).exists()) return;
    add(shared + "skimage_coins.png", "uint8", 1);
    add(shared + "unet_isbi_em/image_0.png", "uint8", 1);
    add(shared + "unet_isbi_em/label_0.png", "uint8", 1);
    add(shared + "trackpy_bulk_water/bulk_water_bulk_water_000.png", "uint8", 4);
  }
  void values() {
    QFETCH(QString, file);
    QFETCH(QString, type);
    QFETCH(int, components);
    const auto dataset = io::open(file.toStdString());
    const auto field = dataset->field("");
    QCOMPARE(QString::fromStdString(std::string(nameOf(field->info().type))), type);
    QCOMPARE(field->info().components, components);
    QString problem;
    const auto theirs = doubles(python(pillow, {file}, &problem));
    QVERIFY2(!theirs.empty(), qPrintable(problem));
    const QString found = difference(everything(*field), theirs);
    QVERIFY2(found.isEmpty(), qPrintable(found));
  }

  void palette() {
    const auto field = io::open(path("palette.png").toStdString())->field("");
    QCOMPARE(field->info().components, 3);
    const auto theirs = doubles(python("import sys, numpy as np; from PIL import Image; "
                                       "np.ascontiguousarray(np.moveaxis(np.asarray(Image.open(sys.argv[1])"
                                       ".convert('RGB')), 2, 0), dtype='f8').tofile(sys.stdout.buffer)",
                                       {path("palette.png")}));
    const QString found = difference(everything(*field), theirs);
    QVERIFY2(found.isEmpty(), qPrintable(found));
  }

  void whatTheySay() {
    const auto fine = io::open(path("grey.png").toStdString());
    const data::FieldInfo* info = fine->info().field("");
    QVERIFY(info->shape == (data::Index3{53, 37, 1}));
    QCOMPARE(info->worldUnit, std::string("µm"));
    QVERIFY(std::abs(info->indexToWorld.spacing()[0] - 1) < 1e-3 &&
            std::abs(info->indexToWorld.spacing()[1] - 2) < 1e-3);
    const auto printed = io::open(path("rgb.png").toStdString());
    QVERIFY(printed->info().field("")->frame == data::Frame::VoxelIndex);
    QCOMPARE(printed->info().attributes.at("Title"), std::string("noise"));
    QVERIFY(printed->info().attributes.at("resolution").starts_with("299.9"));
    const auto turned = io::open(path("turned.jpg").toStdString());
    QCOMPARE(turned->info().warnings.size(), std::size_t{1});
    QVERIFY(turned->info().warnings[0].find("Exif orientation 6") != std::string::npos);
    QCOMPARE(io::open(path("cmyk.jpg").toStdString())->info().field("")->components, 4);
    QVERIFY(io::open(path("rgb.jpg").toStdString())->info().warnings.empty());
  }

  void damaged() {
    const QByteArray png = contentOf("rgb.png"), jpeg = contentOf("rgb.jpg");
    for (const qsizetype keep : {qsizetype{9}, qsizetype{20}, qsizetype{40}, png.size() / 2, png.size() - 5}) {
      const QString said = test::complaint(put("cut.png", png.left(keep)).toStdString());
      QVERIFY2(said.contains("PNG"), qPrintable(QString("%1: %2").arg(keep).arg(said)));
    }
    for (const qsizetype keep : {qsizetype{4}, qsizetype{100}, jpeg.size() / 2, jpeg.size() - 200}) {
      const QString said = test::complaint(put("cut.jpg", jpeg.left(keep)).toStdString());
      QVERIFY2(said.contains("JPEG"), qPrintable(QString("%1: %2").arg(keep).arg(said)));
    }
    QByteArray lying = png;
    lying.replace(16, 8, QByteArray::fromHex("00FFFFFF00FFFFFF"));
    QVERIFY(test::complaint(put("huge.png", lying).toStdString()).contains("more than"));
    QByteArray flipped = png;
    flipped[flipped.size() / 2] = static_cast<char>(flipped[flipped.size() / 2] ^ 0x40);
    QVERIFY(test::complaint(put("flipped.png", flipped).toStdString()).contains("damaged"));
    const QString shared = DISCERN_SHARED_DATA "/15_malformed/image/cthead1-257-corrupt.png";
    if (!QFile::exists(shared)) QSKIP("../shared/data is not here");
    QVERIFY(!test::complaint(shared.toStdString()).isEmpty());
  }
};

QTEST_GUILESS_MAIN(TestPictures)
#include "test_pictures.moc"
