#include "io/brain/module/dicom_slice.h"
#include "io/brain/volume/volume_bytes.h"
#include "io/fields_dataset.h"
#include "io/file_text.h"
#include "io/module.h"
#include "io/raw_field.h"
#include "io/region_field.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <list>
#include <mutex>
#include <set>

namespace discern::io {

namespace {

constexpr std::size_t mostFiles = 50000;
constexpr std::size_t keptBytes = 64 << 20;

/// Slices of one volume, step after step: slice z of step t is at [t · depth + z].
class DicomField final : public RegionField {
public:
  DicomField(data::FieldInfo info, std::vector<DicomSlice> slices)
      : RegionField(std::move(info)), slices_(std::move(slices)) {}

protected:
  void region(const data::Index3& lo, const data::Index3& hi, std::int64_t time, int component,
              std::byte* out) const override {
    const std::int64_t frames = slices_.front().frames;
    for (std::int64_t z = lo[2]; z < hi[2]; ++z) {
      const std::int64_t file = frames > 1 ? 0 : time * info_.shape[2] + z;
      const DicomSlice& slice = slices_[static_cast<std::size_t>(file)];
      const auto pixels = pixelsOf(static_cast<std::size_t>(file));
      const std::int64_t frame = frames > 1 ? z * slice.rows * slice.columns * slice.samples : 0;
      out =
          copy(slice, pixels->data() + frame * static_cast<std::int64_t>(sizeOf(slice.stored)), lo, hi, component, out);
    }
  }

private:
  using Pixels = std::shared_ptr<const std::vector<std::byte>>;

  /// The pixels of a file, from among those last used.
  Pixels pixelsOf(std::size_t file) const {
    const std::lock_guard lock(mutex_);
    const auto at = std::find_if(kept_.begin(), kept_.end(), [&](const auto& k) { return k.first == file; });
    if (at != kept_.end()) {
      kept_.splice(kept_.begin(), kept_, at);
      return kept_.front().second;
    }
    kept_.emplace_front(file, std::make_shared<const std::vector<std::byte>>(readDicomPixels(slices_[file])));
    while (kept_.size() > 1 && kept_.size() * kept_.front().second->size() > keptBytes)
      kept_.pop_back();
    return kept_.front().second;
  }

  std::byte* copy(const DicomSlice& slice, const std::byte* from, const data::Index3& lo, const data::Index3& hi,
                  int component, std::byte* out) const {
    const std::int64_t step = slice.planar ? 1 : slice.samples;
    const std::int64_t first = slice.planar ? component * slice.rows * slice.columns : component;
    const bool scaled = info_.type != slice.stored || slice.slope != 1 || slice.intercept != 0;
    data::dispatch(slice.stored, [&](auto storedTag) {
      using From = typename decltype(storedTag)::type;
      data::dispatch(info_.type, [&](auto tag) {
        using To = typename decltype(tag)::type;
        for (std::int64_t y = lo[1]; y < hi[1]; ++y)
          for (std::int64_t x = lo[0]; x < hi[0]; ++x, out += sizeof(To)) {
            From value;
            std::memcpy(&value,
                        from + (first + (y * slice.columns + x) * step) * static_cast<std::int64_t>(sizeof(From)),
                        sizeof(From));
            const To own = scaled ? static_cast<To>(static_cast<double>(value) * slice.slope + slice.intercept)
                                  : static_cast<To>(value);
            std::memcpy(out, &own, sizeof(To));
          }
      });
    });
    return out;
  }

  std::vector<DicomSlice> slices_;
  mutable std::mutex mutex_;
  mutable std::list<std::pair<std::size_t, Pixels>> kept_;
};

/// Puts slices in order along their normal; those at one place become steps of time, by their instance number. Returns
/// how many places there are.
std::size_t sortSlices(std::vector<DicomSlice>& slices, std::vector<std::string>& warnings) {
  std::stable_sort(slices.begin(), slices.end(), [](const DicomSlice& a, const DicomSlice& b) {
    return a.instance != b.instance ? a.instance < b.instance : a.path < b.path;
  });
  if (!slices.front().placed) {
    if (slices.size() > 1)
      warnings.push_back("The slices do not say where they lie; they are in the order of their instance numbers.");
    return slices.size();
  }
  std::stable_sort(slices.begin(), slices.end(), [](const DicomSlice& a, const DicomSlice& b) {
    return std::llround(a.depth() * 1000) < std::llround(b.depth() * 1000);
  });
  std::vector<std::vector<DicomSlice>> places;
  for (DicomSlice& slice : slices) {
    if (places.empty() || std::abs(slice.depth() - places.back().front().depth()) > 2e-3) places.emplace_back();
    places.back().push_back(std::move(slice));
  }
  std::size_t steps = places.front().size();
  for (const auto& place : places)
    steps = std::min(steps, place.size());
  if (std::any_of(places.begin(), places.end(), [&](const auto& place) { return place.size() != steps; }))
    warnings.push_back("Some places have more slices than others; the first " + std::to_string(steps) +
                       " of each are shown.");
  slices.clear();
  for (std::size_t t = 0; t < steps; ++t)
    for (auto& place : places)
      slices.push_back(std::move(place[t]));
  return places.size();
}

void setSpace(const std::vector<DicomSlice>& slices, std::size_t depth, data::FieldInfo& info,
              std::vector<std::string>& warnings) {
  const DicomSlice& first = slices.front();
  if (!first.placed && !first.spaced) {
    info.worldUnit = "px";
    info.transform = "none";
    return;
  }
  data::Affine affine;
  data::Vec3 along = first.normal();
  for (double& part : along)
    part *= first.spacing[2];
  if (first.frames > 1 && first.along != data::Vec3{0, 0, 0}) along = first.along;
  if (first.placed && depth > 1 && first.frames == 1) {
    const DicomSlice& last = slices[depth - 1];
    for (std::size_t i = 0; i < 3; ++i)
      along[i] = (last.position[i] - first.position[i]) / static_cast<double>(depth - 1);
    const double step = (last.depth() - first.depth()) / static_cast<double>(depth - 1);
    for (std::size_t z = 1; z < depth; ++z)
      if (std::abs(slices[z].depth() - slices[z - 1].depth() - step) > 0.02 * step) {
        warnings.push_back("The slices are not evenly spaced (one may be missing); their mean distance was taken.");
        break;
      }
  }
  for (std::size_t i = 0; i < 3; ++i) {
    affine.m[i * 4] = first.row[i] * first.spacing[0];
    affine.m[i * 4 + 1] = first.column[i] * first.spacing[1];
    affine.m[i * 4 + 2] = along[i];
    affine.m[i * 4 + 3] = first.position[i];
  }
  info.worldUnit = "mm";
  if (!isUsable(affine)) {
    warnings.push_back("The orientation of the slices is singular or not finite and was not used.");
    info.transform = "none";
    return;
  }
  if (!first.placed) {
    info.frame = data::Frame::Cartesian;
    info.transform = "pixel spacing";
  } else {
    lpsToRas(affine);
    info.frame = data::Frame::RasMillimetres;
    info.transform = "ImagePosition and ImageOrientation (LPS → RAS)";
  }
  if (!first.spaced) warnings.push_back("The distance of pixels is not given; 1 mm was assumed.");
  info.indexToWorld = affine;
}

std::shared_ptr<const data::FieldSource> fieldOf(std::vector<DicomSlice> slices, const std::string& name,
                                                 std::vector<std::string>& warnings) {
  const std::size_t depth = sortSlices(slices, warnings);
  data::FieldInfo info;
  info.name = name;
  const DicomSlice& first = slices.front();
  info.quantity = first.description;
  info.source = "DICOM";
  info.components = first.samples;
  info.shape = {first.columns, first.rows, first.frames > 1 ? first.frames : static_cast<std::int64_t>(depth)};
  info.time.size = first.frames > 1 ? 1 : static_cast<std::int64_t>(slices.size() / depth);
  if (info.time.size > 1)
    warnings.push_back("Several slices lie at each place; they are taken as steps of time, numbered.");
  const bool scaled =
      std::any_of(slices.begin(), slices.end(), [](const DicomSlice& s) { return s.slope != 1 || s.intercept != 0; });
  info.type = scaled ? scaledType(first.stored) : first.stored;
  if (first.modality == "CT" && scaled) info.unit = "HU";
  info.levels = levelsFor(info.shape);
  setSpace(slices, depth, info, warnings);
  return std::make_shared<DicomField>(std::move(info), std::move(slices));
}

std::shared_ptr<data::Dataset> openFile(const Candidate& c) {
  data::DatasetInfo dataset;
  dataset.path = c.path();
  dataset.format = "DICOM";
  dataset.alone = true;
  DicomSlice slice = readDicomHeader(c.path());
  if (!slice.modality.empty()) dataset.attributes["modality"] = slice.modality;
  if (slice.frames == 1) dataset.warnings.push_back("This is one slice; open its folder for the whole series.");
  auto field = fieldOf({std::move(slice)}, "image", dataset.warnings);
  return std::make_shared<FieldsDataset>(std::move(dataset), FieldsDataset::Fields{std::move(field)});
}

std::shared_ptr<data::Dataset> openSeries(const std::string& folder) {
  std::vector<std::string> paths;
  std::error_code problem;
  for (std::filesystem::directory_iterator at(folder, problem), end; !problem && at != end; at.increment(problem)) {
    std::error_code unknown;
    if (at->is_regular_file(unknown)) paths.push_back(at->path().string());
    if (paths.size() > mostFiles)
      throw data::ReadError(folder, "the folder has more than " + std::to_string(mostFiles) + " files");
  }
  std::sort(paths.begin(), paths.end());
  data::DatasetInfo dataset;
  dataset.path = folder;
  dataset.format = "DICOM series";
  std::vector<std::vector<DicomSlice>> volumes;
  std::size_t left = 0;
  std::string reason;
  for (const std::string& path : paths) {
    try {
      const File file(path);
      const auto head = file.head(132);
      if (head.size() < 132 || std::memcmp(head.data() + 128, "DICM", 4) != 0) continue;
      DicomSlice slice = readDicomHeader(path);
      const auto same =
          std::find_if(volumes.begin(), volumes.end(), [&](const auto& volume) { return volume.front().fits(slice); });
      if (same == volumes.end())
        volumes.push_back({std::move(slice)});
      else
        same->push_back(std::move(slice));
    } catch (const data::ReadError& error) {
      ++left;
      reason = error.what();
    }
  }
  if (volumes.empty())
    throw data::ReadError(folder, "no DICOM file in it can be read" + (left ? "; the last: " + reason : std::string()));
  if (left > 0)
    dataset.warnings.push_back(std::to_string(left) +
                               " DICOM files could not be read and were left out; the last: " + reason);
  FieldsDataset::Fields fields;
  std::set<std::string> names;
  for (auto& volume : volumes) {
    if (!volume.front().modality.empty()) dataset.attributes["modality"] = volume.front().modality;
    const std::string wanted = volume.front().description.empty() ? "image" : volume.front().description;
    std::string name = wanted;
    for (int i = 2; !names.insert(name).second; ++i)
      name = wanted + " " + std::to_string(i);
    fields.push_back(fieldOf(std::move(volume), name, dataset.warnings));
  }
  return std::make_shared<FieldsDataset>(std::move(dataset), std::move(fields));
}

} // namespace

} // namespace discern::io

DISCERN_READER_ENTRY(openDicomFile, discern::io::Candidate, discern::io::openFile)
DISCERN_READER_ENTRY(openDicomSeries, std::string, discern::io::openSeries)
