// What the comparison writes agrees with the methods' own numbers, and with a small case counted by hand.
#include "io/open.h"
#include "io/write.h"
#include "methods/evaluation/disagreements.h"
#include "methods/evaluation/instance_matching.h"
#include "methods/evaluation/overlap.h"
#include "sdk/analysis.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>
#include <cstring>
#include <nlohmann/json.hpp>

using namespace discern;
using nlohmann::json;

namespace {

const QString program = QStringLiteral(DISCERN_BINARY_DIR "/bin/discern-run");
const QString demo = QStringLiteral(DISCERN_SOURCE_DIR "/resources/demo/");

struct Outcome {
  int code = -1;
  QByteArray out, err;
};

Outcome run(const QStringList& words) {
  QProcess process;
  process.start(program, words);
  process.waitForFinished(60'000);
  return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
          process.readAllStandardError()};
}

std::vector<std::int32_t> labelsOf(const QString& file) {
  const auto dataset = io::open(file.toStdString());
  sdk::Inputs inputs;
  inputs.add("labels", dataset->field(""), 0);
  return inputs.volume("labels").labels();
}

/// A small label field, written as a result.
QString written(const QTemporaryDir& folder, const char* name, const std::vector<std::int32_t>& values,
                data::FieldInfo info) {
  info.name = "labels";
  info.type = data::ScalarType::Int32;
  info.labels = true;
  std::vector<std::byte> bytes(values.size() * sizeof(std::int32_t));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  io::ResultFile file;
  file.addField(info, std::move(bytes));
  file.setProvenance(json::object());
  const QString path = folder.filePath(name);
  file.commit(path.toStdString());
  return path;
}

} // namespace

class TestComparison : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void aSmallCaseByHand() {
    // One row of ten. Truth: 1 1 1 1 . . 2 2 . .   Prediction: 5 5 5 . . . . . 7 7
    // 1 and 5 share 3 of 4 voxels (IoU 0.75); 2 is missed; 7 is spurious. Two rows alike, so that y extends.
    const QTemporaryDir folder;
    data::FieldInfo info;
    info.shape = {10, 2, 1};
    std::vector<std::int32_t> truth{1, 1, 1, 1, 0, 0, 2, 2, 0, 0}, prediction{5, 5, 5, 0, 0, 0, 0, 0, 7, 7};
    truth.insert(truth.end(), truth.begin(), truth.begin() + 10);
    prediction.insert(prediction.end(), prediction.begin(), prediction.begin() + 10);
    const QString t = written(folder, "t.h5", truth, info), p = written(folder, "p.h5", prediction, info);
    const Outcome outcome = run({"evaluate", "--truth", t, "--prediction", p, "--task", "instances", "--json"});
    QVERIFY2(outcome.code == 0, outcome.err.constData());
    const json answer = json::parse(outcome.out.toStdString());
    const json& metrics = answer["metrics"];
    QCOMPARE(metrics["dice"].get<double>(), 12.0 / 22); // 2·6 / (12 + 10)
    QCOMPARE(metrics["iou"].get<double>(), 6.0 / 16);
    QCOMPARE(metrics["voxelPrecision"].get<double>(), 6.0 / 10);
    QCOMPARE(metrics["voxelRecall"].get<double>(), 6.0 / 12);
    QCOMPARE(metrics["precision"].get<double>(), 0.5);
    QCOMPARE(metrics["recall"].get<double>(), 0.5);
    QCOMPARE(metrics["f1"].get<double>(), 0.5);
    QCOMPARE(metrics["meanMatchedIou"].get<double>(), 0.75);
    QCOMPARE(metrics["panopticQuality"].get<double>(), 0.375);
    QCOMPARE(metrics["missed"], json(1));
    QCOMPARE(answer["instances"].size(), std::size_t{3});
    QCOMPARE(answer["instances"][0]["dice"].get<double>(), 2 * 0.75 / 1.75);
    QCOMPARE(answer["instances"][0]["truth voxels"], json(8));
    std::map<std::string, json> kinds;
    for (const json& place : answer["disagreements"])
      kinds[place["kind"]] = place;
    QCOMPARE(kinds.size(), std::size_t{2});
    QCOMPARE(kinds["missed"]["truth"], json(2));
    QCOMPARE(kinds["missed"]["voxels"], json(4));
    QCOMPARE(kinds["spurious"]["prediction"], json(7));

    // The same through a run, where the difference is written too.
    const QString path = folder.filePath("run");
    const Outcome job = run({"evaluate", "--truth", t, "--prediction", p, "--output", path, "--json"});
    QVERIFY2(job.code == 0, job.err.constData());
    QCOMPARE(json::parse(job.out.toStdString())["metrics"], metrics);
    const auto dataset = io::open((path + "/result.h5").toStdString());
    const data::FieldInfo difference = dataset->field("difference")->info();
    QVERIFY(difference.labels);
    QCOMPARE(difference.labelNames.at(3), std::string("Wrong instance"));
    sdk::Inputs inputs;
    inputs.add("d", dataset->field("difference"), 0);
    const auto values = inputs.volume("d").labels();
    QCOMPARE(std::vector<std::int32_t>(values.begin(), values.begin() + 10),
             (std::vector<std::int32_t>{0, 0, 0, 1, 0, 0, 1, 1, 2, 2}));

    // A threshold above the pair's IoU parts it.
    const Outcome strict = run({"evaluate", "--truth", t, "--prediction", p, "--set", "iouThreshold=0.8", "--json"});
    QCOMPARE(json::parse(strict.out.toStdString())["metrics"]["matched"], json(0));
    // The foreground alone.
    const Outcome segmentation = run({"evaluate", "--truth", t, "--prediction", p, "--task", "segmentation", "--json"});
    const json voxels = json::parse(segmentation.out.toStdString());
    QCOMPARE(voxels["metrics"].size(), std::size_t{4});
    QVERIFY(!voxels.contains("disagreements"));
  }

  void nucleiAgreeWithTheMethods() {
    const QTemporaryDir folder;
    const QString path = folder.filePath("run");
    QCOMPARE(
        run({"run", "org.discern.seeded-watershed", "--input", "image=" + demo + "nuclei.tif", "--output", path}).code,
        0);
    const QString truthFile = demo + "nuclei_truth.tif", resultFile = path + "/result.h5";
    const Outcome outcome = run({"evaluate", "--truth", truthFile, "--prediction", resultFile, "--json"});
    QVERIFY2(outcome.code == 0, outcome.err.constData());
    const json answer = json::parse(outcome.out.toStdString());

    const auto truth = labelsOf(truthFile), prediction = labelsOf(resultFile);
    const auto foreground = methods::foregroundConfusion(truth, prediction);
    const auto table = methods::contingencyTable(truth, prediction);
    const auto matching = methods::matchInstances(table, 0.5);
    const auto places = methods::disagreements(truth, prediction, {57, 61, 31}, {1, 1, 1}, table, matching);
    const json& metrics = answer["metrics"];
    QCOMPARE(metrics["dice"].get<double>(), foreground.dice());
    QCOMPARE(metrics["iou"].get<double>(), foreground.iou());
    QCOMPARE(metrics["precision"].get<double>(), matching.precision());
    QCOMPARE(metrics["recall"].get<double>(), matching.recall());
    QCOMPARE(metrics["f1"].get<double>(), matching.f1());
    QCOMPARE(metrics["panopticQuality"].get<double>(), matching.panopticQuality());
    QCOMPARE(metrics["meanMatchedIou"].get<double>(), matching.meanMatchedIou());
    QCOMPARE(answer["disagreements"].size(), places.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
      const json& row = answer["disagreements"][i];
      QCOMPARE(row["kind"], json(nameOf(places[i].kind)));
      QCOMPARE(row["cost"].get<double>(), places[i].cost);
      QCOMPARE(row["voxels"], json(places[i].voxels));
      QCOMPARE(row["x"].get<double>(), static_cast<double>(places[i].position[0]));
      if (i > 0) QVERIFY(row["cost"].get<double>() <= answer["disagreements"][i - 1]["cost"].get<double>());
    }
    QVERIFY(!places.empty());
  }

  void truthAgainstItselfIsPerfect() {
    const QString truthFile = demo + "nuclei_truth.tif";
    const Outcome outcome = run({"evaluate", "--truth", truthFile, "--prediction", truthFile, "--json"});
    const json answer = json::parse(outcome.out.toStdString());
    for (const char* key : {"dice", "iou", "f1", "panopticQuality", "adjustedRandIndex"})
      QCOMPARE(answer["metrics"][key].get<double>(), 1.0);
    QVERIFY(answer["disagreements"].empty());
    QVERIFY(run({"evaluate", "--truth", truthFile, "--prediction", truthFile}).out.contains("no disagreements"));
  }

  void anotherGridIsRefused() {
    const QTemporaryDir folder;
    data::FieldInfo info;
    info.shape = {4, 4, 1};
    const std::vector<std::int32_t> values(16, 1);
    const QString here = written(folder, "here.h5", values, info);
    data::FieldInfo moved = info;
    moved.indexToWorld = data::Affine::scaling({1, 1, 1}, {3, 0, 0});
    const QString there = written(folder, "there.h5", values, moved);
    data::FieldInfo flat = info;
    flat.shape = {8, 2, 1};
    const QString other = written(folder, "other.h5", values, flat);
    const Outcome placed = run({"evaluate", "--truth", here, "--prediction", there});
    QCOMPARE(placed.code, 2);
    QVERIFY2(placed.err.contains("same grid") && placed.err.contains("lies at"), placed.err.constData());
    const Outcome shaped =
        run({"evaluate", "--truth", here, "--prediction", other, "--output", folder.filePath("run")});
    QCOMPARE(shaped.code, 2);
    QVERIFY2(shaped.err.contains("4 × 4 × 1") && shaped.err.contains("8 × 2 × 1"), shaped.err.constData());
  }

  void negativeLabelsAreRefused() {
    const QTemporaryDir folder;
    data::FieldInfo info;
    info.shape = {2, 2, 1};
    const QString good = written(folder, "good.h5", {0, 1, 1, 0}, info),
                  bad = written(folder, "bad.h5", {0, -1, 1, 0}, info);
    const Outcome outcome = run({"evaluate", "--truth", good, "--prediction", bad});
    QCOMPARE(outcome.code, 2);
    QVERIFY2(outcome.err.contains("-1") && outcome.err.contains("prediction"), outcome.err.constData());
  }

  void wrongWordsExitWithTwo() {
    const QString truthFile = demo + "nuclei_truth.tif";
    QCOMPARE(run({"evaluate", "--truth", truthFile}).code, 2);
    QCOMPARE(run({"evaluate", "--truth", truthFile, "--prediction", truthFile, "--task", "guess"}).code, 2);
    QCOMPARE(run({"evaluate", "--truth", truthFile, "--prediction", "nowhere.tif"}).code, 3);
    QCOMPARE(run({"evaluate", "--truth", truthFile + ":nothing", "--prediction", truthFile}).code, 2);
  }
};

QTEST_GUILESS_MAIN(TestComparison)
#include "test_comparison.moc"
