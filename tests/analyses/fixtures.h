#pragma once
/// Manifests and files that are only in memory, for the tests of the analyses' widgets.
#include "data/block.h"
#include "data/field_info.h"

#include <QCoreApplication>
#include <map>
#include <nlohmann/json.hpp>

namespace discern::test {

/// Three analyses, among them one with every kind of parameter and a choice that shows and hides others.
inline nlohmann::json manifests() {
  return nlohmann::json::parse(R"json([
  {"id": "org.example.watershed", "version": "1.2.0", "name": "Seeded watershed", "category": "Segmentation",
   "summary": "Splits touching bright objects", "keywords": ["instances", "nuclei", "otsu"],
   "authors": ["A. Author"], "references": ["10.1109/34.87344"],
   "help": "Smooths, **thresholds** and floods.", "library": "x.so",
   "resources": {"threads": true, "memoryBytesPerVoxel": 20},
   "inputs": [{"name": "image", "label": "Image", "kind": "field", "axes": ["x", "y", "z"]}],
   "outputs": [{"name": "labels", "kind": "labels"}],
   "parameters": [
     {"name": "sigma", "label": "Smoothing", "type": "number", "default": 1.5, "minimum": 0, "maximum": 10, "step": 0.5, "unit": "voxels",
      "help": "Width of the Gaussian"},
     {"name": "method", "label": "Threshold", "type": "choice", "default": "otsu", "group": "Foreground",
      "choices": [{"value": "otsu", "label": "Otsu"}, {"value": "manual", "label": "By hand"}]},
     {"name": "threshold", "label": "Value", "type": "number", "default": 100, "group": "Foreground",
      "visibleWhen": {"method": "manual"}},
     {"name": "minimum", "label": "Smallest object", "type": "integer", "default": 20, "minimum": 1, "unit": "voxels"},
     {"name": "connected", "label": "Count corners as touching", "type": "boolean", "default": true, "advanced": true},
     {"name": "note", "label": "Note", "type": "text", "default": "", "advanced": true}]},
  {"id": "org.discern.compare-instances", "version": "1.0.0", "name": "Compare instances", "category": "Evaluation",
   "summary": "Matches predicted with true objects", "keywords": ["dice", "panoptic quality", "truth"], "help": "Matches.",
   "inputs": [{"name": "prediction", "label": "Prediction", "kind": "labels"},
              {"name": "truth", "label": "Truth", "kind": "labels", "sameGridAs": "prediction"}],
   "outputs": [{"name": "disagreements", "kind": "table"}],
   "parameters": [{"name": "threshold", "label": "IoU", "type": "number", "default": 0.5, "minimum": 0, "maximum": 1}]},
  {"id": "org.example.smooth", "version": "0.1.0", "name": "Gaussian smoothing", "category": "Filters",
   "summary": "Removes noise", "keywords": ["blur"], "help": "Convolves.",
   "inputs": [{"name": "field", "label": "Field", "kind": "field"}], "outputs": [{"name": "smooth", "kind": "field"}],
   "parameters": []}])json");
}

/// Answers open() from a map, at the next turn of the event loop, as the channel's client does.
class MemoryFiles final : public data::FieldProvider {
public:
  std::map<std::string, data::DatasetInfo> files;
  bool hidden = false; ///< info() knows nothing before open() was answered

  void add(const std::string& path, bool labels, data::Index3 shape = {20, 16, 12}, std::int64_t times = 1) {
    data::FieldInfo field;
    field.name = "values";
    field.shape = shape;
    field.labels = labels;
    field.type = labels ? data::ScalarType::Int32 : data::ScalarType::Float32;
    field.time.size = times;
    data::DatasetInfo dataset;
    dataset.path = path;
    dataset.fields.push_back(field);
    files[path] = dataset;
  }
  [[nodiscard]] const data::DatasetInfo* info(const std::string& path) const override {
    const auto it = files.find(path);
    return it == files.end() || hidden ? nullptr : &it->second;
  }
  void open(const std::string& path, std::function<void(Reply<data::DatasetInfo>)> done) override {
    QMetaObject::invokeMethod(
        QCoreApplication::instance(),
        [this, path, done] {
          hidden = false;
          const auto* found = info(path);
          done(found ? Reply<data::DatasetInfo>{*found, {}}
                     : Reply<data::DatasetInfo>{{}, path + ": there is no such file"});
        },
        Qt::QueuedConnection);
  }
  void read(const Key&, const data::Slab&, data::Priority, Ticket,
            std::function<void(Reply<data::BlockPtr>)>) override {}
  void series(const Key&, const data::Index3&, int, Ticket, std::function<void(Reply<std::vector<double>>)>) override {}
  void statistics(const Key&, std::int64_t, int, Ticket, std::function<void(Reply<data::Statistics>)>) override {}
  void table(const std::string&, const std::string&, std::function<void(Reply<data::Table>)>) override {}
};

/// A layer as a command's argument.
inline nlohmann::json layer(const std::string& path, const std::string& role = "image") {
  return {{"layer", {{"path", path}, {"field", "values"}, {"name", path.substr(path.rfind('/') + 1)}, {"role", role}}}};
}

} // namespace discern::test
