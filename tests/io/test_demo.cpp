#include "io/reading.h"

#include <QtTest>

#include <algorithm>
#include <set>

using namespace discern;

namespace {

std::shared_ptr<data::Dataset> demo(const char* name) {
  return io::open(std::string(DISCERN_SOURCE_DIR "/resources/demo/") + name);
}

double sum(const std::vector<double>& values) {
  double total = 0;
  for (const double v : values)
    total += v;
  return total;
}

} // namespace

/// The four bundled files. Golden numbers were computed with tifffile 2023.2.3, nibabel 5.0.0 and netCDF4 1.6.2
/// (NumPy 1.24).
class TestDemo : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void nuclei() {
    const auto dataset = demo("nuclei.tif");
    QCOMPARE(dataset->info().format, std::string("TIFF"));
    QCOMPARE(dataset->info().fields.size(), std::size_t{1});
    QVERIFY(dataset->info().warnings.empty());
    const auto field = dataset->field("");
    QVERIFY((field->info().shape == data::Index3{57, 61, 31}));
    QVERIFY(field->info().type == data::ScalarType::UInt16);
    QVERIFY(!field->info().labels);
    const auto values = test::readAll(*field, test::wholeSlab(field->info()));
    QCOMPARE(*std::min_element(values.begin(), values.end()), 104.0); // MANIFEST: range 104..375
    QCOMPARE(*std::max_element(values.begin(), values.end()), 375.0);
    QCOMPARE(sum(values), 21342435.0);
    const auto at = [&](std::size_t x, std::size_t y, std::size_t z) { return values[(z * 61 + y) * 57 + x]; };
    QCOMPARE(at(12, 34, 5), 175.0);
    QCOMPARE(at(56, 60, 30), 219.0);
  }

  void truth() {
    const auto field = demo("nuclei_truth.tif")->field("labels");
    QVERIFY(field->info().labels);
    const auto values = test::readAll(*field, test::wholeSlab(field->info()));
    const std::set<double> labels(values.begin(), values.end());
    QCOMPARE(labels.size(), std::size_t{52}); // 51 instances and the background, as StarDist's repository says
    QCOMPARE(*labels.rbegin(), 162.0);
    QCOMPARE(sum(values), 3198014.0);
  }

  void fmri() {
    const auto dataset = demo("fmri.nii.gz");
    QCOMPARE(dataset->info().format, std::string("NIfTI-1"));
    const auto field = dataset->field("image");
    const data::FieldInfo& info = field->info();
    QVERIFY((info.shape == data::Index3{64, 64, 21}));
    QCOMPARE(info.time.size, std::int64_t{64});
    QCOMPARE(info.transform, std::string("none")); // sform_code and qform_code are 0
    QVERIFY(info.frame == data::Frame::RasMillimetres);
    QCOMPARE(info.time.label(3), std::string("step 4")); // xyzt_units is 0: no unit of time
    const auto& warnings = dataset->info().warnings;
    QVERIFY(std::any_of(warnings.begin(), warnings.end(),
                        [](const std::string& w) { return w.find("orientation") != std::string::npos; }));
    const auto values = test::readAll(*field, test::wholeSlab(info, 17));
    QCOMPARE(sum(values), 166124901.0);
    std::vector<double> course(64);
    field->series({32, 20, 10}, 0, 64, 0, course);
    QCOMPARE(course[0], 7698.0);
    QCOMPARE(course[63], 7777.0);
    QCOMPARE(sum(course), 491342.0);
  }

  void climate() {
    const auto field = demo("climate.nc")->field("anom");
    const data::FieldInfo& info = field->info();
    QVERIFY((info.shape == data::Index3{360, 181, 1}));
    QCOMPARE(info.time.size, std::int64_t{11});
    QVERIFY(info.frame == data::Frame::LonLat);
    QCOMPARE(info.unit, std::string("m"));
    QCOMPARE(info.quantity, std::string("Geopotential Height Anomaly"));
    QCOMPARE(info.world({10, 20, 0})[0], 10.0); // longitude from 0 in steps of 1, latitude from 90 down
    QCOMPARE(info.world({10, 20, 0})[1], 70.0);
    QCOMPARE(info.time.label(0), std::string("2016-10-02 00:00"));
    QCOMPARE(info.time.label(10), std::string("2016-10-12 00:00"));
    const auto values = test::readAll(*field, test::wholeSlab(info, 4));
    QCOMPARE(values[40 * 360 + 200], 140.46435546875);
    QVERIFY(std::abs(sum(values) - 1806948.7973632812) < 1e-3);
  }
};

QTEST_GUILESS_MAIN(TestDemo)
#include "test_demo.moc"
