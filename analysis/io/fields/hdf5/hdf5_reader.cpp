#include "io/fields/hdf5/hdf5_reader.h"

#include "io/fields/array/axes.h"
#include "io/fields/hdf5/hdf5_field.h"
#include "io/fields_dataset.h"
#include "io/file_text.h"
#include "io/netcdf/library_lock.h"

#include <algorithm>
#include <map>
#include <set>

namespace discern::io {

namespace {

constexpr double largestChunk = 256e6;
constexpr std::size_t mostFields = 4096;
constexpr int deepest = 32;

/// Names of axes as people write them; ' ' for another.
char letterOf(const std::string& label) {
  const std::string name = lowerCase(label);
  const auto any = [&](std::initializer_list<const char*> names) {
    return std::any_of(names.begin(), names.end(), [&](const char* n) { return name == n; });
  };
  if (any({"x", "lon", "longitude", "column", "columns", "width"})) return 'x';
  if (any({"y", "lat", "latitude", "row", "rows", "height"})) return 'y';
  if (any({"z", "lev", "level", "depth", "slice", "plane"})) return 'z';
  if (any({"t", "time", "frame", "frames", "step"})) return 't';
  if (any({"c", "channel", "channels", "component", "components", "band", "bands"})) return 'c';
  return ' ';
}

class Tree {
public:
  explicit Tree(const std::shared_ptr<const File>& file) : raw_(file), file_(std::make_shared<Hdf5File>(file->path())) {
    info_.path = file->path();
    const auto head = file->head(32);
    const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
    matlab_ = text.starts_with("MATLAB 7.3");
    info_.format = matlab_ ? "MATLAB 7.3" : "HDF5";
    info_.alone = keepsInside(file_->id());
  }

  std::shared_ptr<data::Dataset> open() {
    const Hdf5Id root(H5Gopen2(file_->id(), "/", H5P_DEFAULT), H5Gclose);
    if (!root) throw data::ReadError(info_.path, "the root of the HDF5 file can't be read; it is damaged");
    for (const std::string& name : attributeNames(root.get()))
      addAttribute(root.get(), name, name);
    walk(root.get(), "", 0);
    if (skipped_.empty() == false) {
      std::string sentence = "Not shown:";
      for (const auto& [why, names] : skipped_)
        sentence += " " + why + " (" + names + ");";
      sentence.back() = '.';
      info_.warnings.push_back(sentence);
    }
    if (guessed_)
      info_.warnings.push_back("The file does not say which axis is which; the last was taken as x, then y, z, time. "
                               "`discern-run axes` changes that.");
    if (full_) info_.warnings.push_back("Only the first " + std::to_string(mostFields) + " arrays are shown.");
    if (fields_.empty() && damaged_)
      throw data::ReadError(info_.path, "no array in the HDF5 file can be read; it is damaged");
    if (fields_.empty())
      info_.warnings.emplace_back("There is no array of numbers in the file; there is nothing to show.");
    return std::make_shared<FieldsDataset>(std::move(info_), std::move(fields_));
  }

private:
  void skip(const std::string& why, const std::string& name) {
    std::string& names = skipped_[why];
    if (names.size() > 200) {
      if (!names.ends_with("…")) names += ", …";
    } else {
      names += (names.empty() ? "" : ", ") + name;
    }
  }

  void addAttribute(hid_t object, const std::string& name, const std::string& as) {
    std::string value = attributeText(object, name.c_str());
    if (value.empty()) {
      const auto numbers = attributeNumbers(object, name.c_str());
      for (std::size_t i = 0; i < std::min<std::size_t>(numbers.size(), 20); ++i)
        value += (i ? ", " : "") + numberText(numbers[i]);
    }
    if (!value.empty()) info_.attributes[cleanText(as)] = value;
  }

  void walk(hid_t group, const std::string& prefix, int depth) {
    H5O_info_t about{};
    if (H5Oget_info2(group, &about, H5O_INFO_BASIC) < 0 || !seen_.insert(about.addr).second) return;
    if (depth > deepest) return;
    const auto links = linksOf(group);
    H5G_info_t held{};
    if (H5Gget_info(group, &held) < 0 || links.size() < std::min<hsize_t>(held.nlinks, 100000)) {
      damaged_ = true;
      skip("groups that can't be read", prefix.empty() ? "/" : prefix);
    }
    for (const std::string& link : links) {
      if (matlab_ && prefix.empty() && (link == "#refs#" || link == "#subsystem#")) continue;
      const std::string name = prefix + cleanText(link);
      if (!leadsInside(group, link)) {
        skip("links to other files", name);
        continue;
      }
      const Hdf5Id object(H5Oopen(group, link.c_str(), H5P_DEFAULT), H5Oclose);
      if (!object) {
        damaged_ = true;
        skip("what can't be opened", name);
        continue;
      }
      const H5I_type_t kind = H5Iget_type(object.get());
      if (kind == H5I_GROUP) {
        if (matlab_ && H5Aexists(object.get(), "MATLAB_sparse") > 0)
          skip("sparse matrices", name);
        else
          walk(object.get(), name + "/", depth + 1);
      } else if (kind == H5I_DATASET && H5Oget_info2(object.get(), &about, H5O_INFO_BASIC) >= 0 &&
                 seen_.insert(about.addr).second) {
        if (fields_.size() >= mostFields)
          full_ = true;
        else
          addDataset(object.get(), group, link, name);
      }
    }
  }

  void addDataset(hid_t dataset, hid_t group, const std::string& link, const std::string& name) {
    const Hdf5Id type(H5Dget_type(dataset), H5Tclose), space(H5Dget_space(dataset), H5Sclose);
    if (!type || !space) {
      damaged_ = true;
      return skip("damaged arrays", name);
    }
    const H5S_class_t extent = H5Sget_simple_extent_type(space.get());
    const auto stored = lengthsOf(dataset);
    const std::vector<std::int64_t> lengths(stored.begin(), stored.end());
    const H5T_class_t kind = H5Tget_class(type.get());
    if (extent == H5S_NULL || (extent == H5S_SIMPLE && H5Sget_simple_extent_npoints(space.get()) == 0))
      return skip("empty arrays", name);
    if (matlab_ && (attributeText(dataset, "MATLAB_class") == "char" || H5Aexists(dataset, "MATLAB_empty") > 0))
      return skip("text and empty arrays", name);
    if (kind == H5T_STRING) return skip("text", name);
    if (kind != H5T_COMPOUND && !scalarOf(type.get())) return skip("types that are no numbers", name);
    if (lengths.empty()) return addScalar(dataset, kind, name);
    if (lengths.size() > 5) return skip("arrays of more than five axes", name);
    if (chunkBytesOf(dataset) > largestChunk) return skip("arrays in chunks of more than 256 MB", name);
    const Hdf5Id properties(H5Dget_create_plist(dataset), H5Pclose);
    if (properties && H5Pget_external_count(properties.get()) > 0) return skip("arrays kept in other files", name);
    // No compression makes that of so little: nearly all of it was never written.
    auto bytes = static_cast<double>(H5Tget_size(type.get()));
    for (const std::int64_t n : lengths)
      bytes *= static_cast<double>(n);
    if (bytes > 1e9 && bytes > 2000 * static_cast<double>(raw_->size()))
      return skip("arrays that are far larger than the file", name);
    const haddr_t at = H5Dget_offset(dataset);
    if (at != HADDR_UNDEF && static_cast<double>(at) + static_cast<double>(H5Dget_storage_size(dataset)) >
                                 static_cast<double>(raw_->size())) {
      damaged_ = true;
      return skip("arrays that go on behind the end of the file", name);
    }
    if (kind != H5T_COMPOUND) return addField(dataset, type.get(), lengths, group, link, name, {});
    const int members = std::min(H5Tget_nmembers(type.get()), 256);
    for (int i = 0; i < members; ++i) {
      const Hdf5Id member(H5Tget_member_type(type.get(), static_cast<unsigned>(i)), H5Tclose);
      char* raw = H5Tget_member_name(type.get(), static_cast<unsigned>(i));
      const std::string memberName = raw ? raw : "";
      H5free_memory(raw);
      if (member && scalarOf(member.get()))
        addField(dataset, member.get(), lengths, group, link, name + "." + cleanText(memberName), memberName);
      else
        skip("types that are no numbers", name + "." + cleanText(memberName));
    }
  }

  void addScalar(hid_t dataset, H5T_class_t kind, const std::string& name) {
    double value = 0;
    if (kind != H5T_COMPOUND && H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, &value) >= 0)
      info_.attributes[name] = numberText(value);
  }

  /// The order of the axes: what a person chose, what the file's labels say, MATLAB's own, or a guess.
  std::string orderOf(hid_t dataset, std::size_t rank, const std::string& name) {
    if (const auto saved = savedAxes(info_.path, name); saved && areAxes(*saved, rank)) return *saved;
    std::string order;
    for (const std::string& label : attributeTexts(dataset, "DIMENSION_LABELS"))
      order += letterOf(label);
    if (areAxes(order, rank)) return order;
    if (matlab_ && rank >= 2) return std::string("ctzxy").substr(5 - rank); // turned around: MATLAB's rows are y
    guessed_ = guessed_ || rank > 1;
    return guessedAxes(rank);
  }

  void addField(hid_t dataset, hid_t type, const std::vector<std::int64_t>& lengths, hid_t group,
                const std::string& link, const std::string& name, const std::string& member) {
    data::FieldInfo field;
    field.name = name;
    field.type = *scalarOf(type);
    field.quantity = attributeText(dataset, "long_name");
    if (field.quantity.empty()) field.quantity = attributeText(dataset, "description");
    field.unit = attributeText(dataset, "units");
    if (field.unit.empty()) field.unit = attributeText(dataset, "unit");
    field.transform = "none";
    field.worldUnit = "px";
    field.source = info_.format;
    const std::string order = orderOf(dataset, lengths.size(), name);
    try {
      setShape(field, lengths, order, info_.path);
    } catch (const data::ReadError&) {
      return skip("arrays of more values than can be counted", name);
    }
    field.levels = levelsFor(field.shape);
    Hdf5Values values;
    values.member = member;
    for (const char* attribute : {"_FillValue", "missing_value"})
      for (const double missing : attributeNumbers(dataset, attribute))
        values.missing.push_back(missing);
    if (!isFloating(field.type) && !values.missing.empty()) field.missing = values.missing.front();
    setLabels(type, dataset, field);
    // Named through its group: a path may hold characters that cleanText changed.
    std::vector<char> path(4097);
    const ssize_t length = H5Iget_name(group, path.data(), path.size() - 1);
    std::string where(path.data(), length > 0 ? std::min<std::size_t>(static_cast<std::size_t>(length), 4096) : 0);
    if (!where.ends_with("/")) where += "/";
    fields_.push_back(hdf5Field(std::move(field), order, file_, where + link, std::move(values)));
  }

  static void setLabels(hid_t type, hid_t dataset, data::FieldInfo& field) {
    if (H5Tget_class(type) == H5T_ENUM) {
      field.labels = true;
      const Hdf5Id base(H5Tget_super(type), H5Tclose);
      for (int i = 0; i < std::min(H5Tget_nmembers(type), 65536); ++i) {
        std::array<std::byte, 16> raw{};
        if (H5Tget_size(type) > raw.size() || H5Tget_member_value(type, static_cast<unsigned>(i), raw.data()) < 0 ||
            H5Tconvert(base.get(), H5T_NATIVE_INT64, 1, raw.data(), nullptr, H5P_DEFAULT) < 0)
          continue;
        std::int64_t value = 0;
        std::copy_n(raw.data(), sizeof value, reinterpret_cast<std::byte*>(&value));
        char* text = H5Tget_member_name(type, static_cast<unsigned>(i));
        field.labelNames[value] = cleanText(text ? text : "");
        H5free_memory(text);
      }
    } else if (!isFloating(field.type)) {
      field.labels = speaksOfLabels(field.name) || H5Aexists(dataset, "flag_meanings") > 0;
    }
  }

  std::shared_ptr<const File> raw_;
  std::shared_ptr<const Hdf5File> file_;
  data::DatasetInfo info_;
  std::vector<std::shared_ptr<const data::FieldSource>> fields_;
  std::map<std::string, std::string> skipped_;
  std::set<haddr_t> seen_;
  bool matlab_ = false, guessed_ = false, full_ = false, damaged_ = false;
};

} // namespace

std::shared_ptr<data::Dataset> openHdf5Tree(const std::shared_ptr<const File>& file) {
  std::unique_ptr<Tree> tree; // outlives the lock: closing the file takes it
  const auto lock = lockHdf5();
  tree = std::make_unique<Tree>(file);
  return tree->open();
}

Hdf5Kind hdf5Kind(const File& file) {
  std::unique_ptr<Hdf5File> hdf5;
  const auto lock = lockHdf5();
  hdf5 = std::make_unique<Hdf5File>(file.path());
  const Hdf5Id root(H5Gopen2(hdf5->id(), "/", H5P_DEFAULT), H5Gclose);
  if (!root) return Hdf5Kind::Other;
  if (H5Aexists(root.get(), "openPMD") > 0) return Hdf5Kind::OpenPmd;
  for (const char* mark : {"_NCProperties", "_nc3_strict", "Conventions"})
    if (H5Aexists(root.get(), mark) > 0 &&
        (std::string_view(mark) != "Conventions" || attributeText(root.get(), mark).starts_with("CF-")))
      return Hdf5Kind::Netcdf;
  int looked = 0;
  for (const std::string& link : linksOf(root.get())) {
    if (++looked > 500) break;
    if (!leadsInside(root.get(), link)) continue;
    const Hdf5Id object(H5Oopen(root.get(), link.c_str(), H5P_DEFAULT), H5Oclose);
    if (object && H5Iget_type(object.get()) == H5I_DATASET && attributeText(object.get(), "CLASS") == "DIMENSION_SCALE")
      return Hdf5Kind::Netcdf;
  }
  return Hdf5Kind::Other;
}

} // namespace discern::io
