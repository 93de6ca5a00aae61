// The client, `discern-run serve` and the bundled demo files, against reading them directly.
#include "channel/client_fixture.h"
#include "data/block.h"
#include "io/open.h"

#include <QCryptographicHash>
#include <QFile>
#include <QTemporaryDir>
#include <nlohmann/json.hpp>

using namespace discern;
using namespace discern::test;

namespace {

std::string demo(const char* name) { return std::string(DISCERN_SOURCE_DIR "/resources/demo/") + name; }

} // namespace

class TestRealService : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void cleanup() { QCOMPARE(segmentsOf(getpid()), QStringList()); }

  void demoFiles_data() {
    QTest::addColumn<QByteArray>("name");
    for (const char* name : {"nuclei.tif", "nuclei_truth.tif", "fmri.nii.gz", "climate.nc"})
      QTest::newRow(name) << QByteArray(name);
  }
  void demoFiles() {
    QFETCH(QByteArray, name);
    const std::string path = demo(name.constData());
    const auto direct = io::open(path);
    TestClient test(std::size_t{64} << 20, {}); // the service of this build
    QCOMPARE(test.open(path), std::string());
    const data::DatasetInfo* info = test.client.info(path);
    QCOMPARE(nlohmann::json(*info).dump(), nlohmann::json(direct->info()).dump());
    for (const data::FieldInfo& field : info->fields) {
      const auto source = direct->field(field.name);
      const std::int64_t last = field.time.size - 1;
      for (int level = 0; level < field.levels; ++level)
        for (std::size_t axis = 0; axis < 3; ++axis) {
          data::Slab slab{{{0, 0, 0}, field.shapeAt(level)}, axis == 0 ? 0 : last, field.components - 1, level};
          slab.box.lo[axis] = slab.box.hi[axis] / 2;
          slab.box.hi[axis] = slab.box.lo[axis] + 1;
          const auto read = test.read(path, slab, field.name);
          QCOMPARE(read.error, std::string());
          QVERIFY(sameAs(*source, slab, read.block));
        }
      const data::Index3 middle{field.shape[0] / 2, field.shape[1] / 2, field.shape[2] / 2};
      std::optional<std::vector<double>> series;
      test.client.series({path, field.name}, middle, 0, {}, [&](auto reply) { series = reply.value; });
      std::optional<data::Statistics> statistics;
      test.client.statistics({path, field.name}, last, 0, {}, [&](auto reply) { statistics = reply.value; });
      QTRY_VERIFY(series && statistics);
      std::vector<double> expected(static_cast<std::size_t>(field.time.size));
      source->series(middle, 0, field.time.size, 0, expected);
      QCOMPARE(series->size(), expected.size());
      for (std::size_t i = 0; i < expected.size(); ++i)
        QVERIFY((*series)[i] == expected[i] || (std::isnan((*series)[i]) && std::isnan(expected[i])));
      const auto wanted = data::statistics(*source, last, 0);
      QCOMPARE(statistics->histogram, wanted.histogram);
      QCOMPARE(statistics->mean, wanted.mean);
      QCOMPARE(statistics->low, wanted.low);
    }
  }

  void pluginsAndHashes() {
    TestClient test(1 << 20, {});
    std::optional<nlohmann::json> plugins, hash;
    std::string error;
    test.client.call("plugins", nlohmann::json::object(), [&](auto reply) { plugins = reply.value; });
    test.client.call("hash", {{"path", demo("nuclei.tif")}}, [&](auto reply) { hash = reply.value; });
    test.client.call("hash", {{"path", "/dev/zero"}}, [&](auto reply) { error = reply.error; });
    QTRY_VERIFY(plugins && hash && !error.empty());
    QVERIFY(plugins->is_array());
    QFile file(QString::fromStdString(demo("nuclei.tif")));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCryptographicHash sha256(QCryptographicHash::Sha256);
    QVERIFY(sha256.addData(&file));
    QCOMPARE(hash->at("sha256").get<std::string>(), sha256.result().toHex().toStdString());
    QCOMPARE(error, std::string("/dev/zero: only files have a content hash"));
  }

  /// A tetrahedron with a value at each corner, through the service and back.
  void gridsAreCutByTheService() {
    const QTemporaryDir folder;
    const QString path = folder.filePath("one.vtk");
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("# vtk DataFile Version 3.0\none\nASCII\nDATASET UNSTRUCTURED_GRID\nPOINTS 4 float\n"
               "0 0 0 2 0 0 0 2 0 0 0 2\nCELLS 1 5\n4 0 1 2 3\nCELL_TYPES 1\n10\n"
               "POINT_DATA 4\nSCALARS height float\nLOOKUP_TABLE default\n0 0 0 2\n");
    file.close();
    TestClient test(1 << 20, {});
    QCOMPARE(test.open(path.toStdString()), std::string());
    const data::DatasetInfo* info = test.client.info(path.toStdString());
    QCOMPARE(info->grids.size(), std::size_t{1});
    QCOMPARE(info->grids[0].kind, data::GridKind::Unstructured);
    QCOMPARE(info->fields.size(), std::size_t{1});
    QCOMPARE(info->fields[0].support, data::Support::Points);
    data::ShapeRequest request;
    request.path = path.toStdString();
    request.grid = info->grids[0].name;
    request.field = "height";
    data::ShapePtr surface, cut;
    std::string error;
    std::optional<data::GridReading> reading;
    test.client.shape(request, data::Priority::Visible, {}, [&](auto reply) { surface = reply.value; });
    request.section = data::Section{{0, 0, 1}, {0, 0, 1}};
    test.client.shape(request, data::Priority::Visible, {}, [&](auto reply) { cut = reply.value; });
    request.section.reset();
    test.client.probe(request, {0.2, 0.2, 0.5}, {}, [&](auto reply) { reading = reply.value; });
    request.field = "none";
    test.client.shape(request, data::Priority::Visible, {}, [&](auto reply) { error = reply.error; });
    QTRY_VERIFY(surface && cut && reading && !error.empty());
    QCOMPARE(surface->triangles.size(), std::size_t{12});
    QCOMPARE(cut->triangles.size(), std::size_t{3});
    QCOMPARE(cut->values, std::vector<float>(3, 1.0F));
    QCOMPARE(reading->cell, 0);
    QVERIFY(std::abs(reading->value - 0.5) < 1e-6);
    QVERIFY2(error.find("none") != std::string::npos, error.c_str());
  }

  void killedInMidWorkThePictureComesBackWithinTwoSeconds() {
    TestClient test(std::size_t{256} << 20, {});
    const std::vector<std::string> paths{demo("nuclei.tif"), demo("fmri.nii.gz"), demo("climate.nc")};
    for (const std::string& path : paths)
      QCOMPARE(test.open(path), std::string());
    int waiting = 0;
    std::vector<std::string> errors;
    for (const std::string& path : paths) {
      const data::FieldInfo& field = test.client.info(path)->fields.front();
      for (std::int64_t time = 0; time < field.time.size; ++time) {
        ++waiting;
        test.client.read({path, field.name}, {{{0, 0, 0}, field.shape}, time, 0, 0}, data::Priority::Visible, {},
                         [&](auto reply) {
                           --waiting;
                           if (!reply.error.empty()) errors.push_back(reply.error);
                         });
      }
    }
    QTRY_VERIFY(test.client.servicePid() != 0);
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(kill(static_cast<pid_t>(test.client.servicePid()), SIGKILL), 0);
    QVERIFY(TestClient::until([&] { return waiting == 0 && test.restarts.count() == 1; }, 2000));
    QVERIFY2(timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
    QCOMPARE(errors, std::vector<std::string>());
    QCOMPARE(test.restarts.first().first().toString(),
             QStringLiteral("The data service ended (signal 9); reopened 3 files."));
  }
};

QTEST_GUILESS_MAIN(TestRealService)
#include "test_real_service.moc"
