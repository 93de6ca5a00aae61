#include "io/archives/members.h"

#include "io/archives/natural_order.h"
#include "io/open.h"
#include "io/reader.h"
#include "io/tables/text/tables_dataset.h"

#include <algorithm>
#include <deque>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>

namespace discern::io {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t mostOpened = 2000;
constexpr std::size_t mostKept = 48; ///< opened files at once
constexpr std::size_t mostNamed = 4, mostWarnings = 40;

/// Datasets by path, the last used ones kept open.
class Shelf {
public:
  [[nodiscard]] std::shared_ptr<data::Dataset> take(const std::string& path) {
    const std::lock_guard lock(mutex_);
    const auto at = std::find_if(kept_.begin(), kept_.end(), [&](const auto& entry) { return entry.first == path; });
    auto dataset = at != kept_.end() ? at->second : io::open(path);
    if (at != kept_.end()) kept_.erase(at);
    kept_.emplace_front(path, dataset);
    if (kept_.size() > mostKept) kept_.pop_back();
    return dataset;
  }

private:
  std::mutex mutex_;
  std::deque<std::pair<std::string, std::shared_ptr<data::Dataset>>> kept_;
};

/// A part of a member: where it is, and what it is called there.
struct Origin {
  std::shared_ptr<Shelf> shelf;
  std::string path, name;
  [[nodiscard]] std::shared_ptr<data::Dataset> dataset() const { return shelf->take(path); }
};

class MemberField final : public data::FieldSource {
public:
  MemberField(data::FieldInfo info, Origin origin, int stored)
      : info_(std::move(info)), origin_(std::move(origin)), stored_(stored) {}
  [[nodiscard]] const data::FieldInfo& info() const override { return info_; }
  void read(const data::Slab& slab, std::span<std::byte> out) const override { own()->read(slab, out); }
  void series(const data::Index3& voxel, std::int64_t t0, std::int64_t t1, int component,
              std::span<double> out) const override {
    own()->series(voxel, t0, t1, component, out);
  }
  [[nodiscard]] int storedLevels() const override { return stored_; }
  [[nodiscard]] std::optional<data::Statistics> exactStatistics(std::int64_t time, int component) const override {
    return own()->exactStatistics(time, component);
  }
  [[nodiscard]] data::SkyPosition skyAt(const data::Vec3& index) const override { return own()->skyAt(index); }

private:
  [[nodiscard]] std::shared_ptr<const data::FieldSource> own() const { return origin_.dataset()->field(origin_.name); }
  data::FieldInfo info_;
  Origin origin_;
  int stored_;
};

class MemberGrid final : public data::GridSource {
public:
  MemberGrid(data::GridInfo info, Origin origin) : info_(std::move(info)), origin_(std::move(origin)) {}
  [[nodiscard]] const data::GridInfo& info() const override { return info_; }
  [[nodiscard]] vtkSmartPointer<vtkDataObject> read(std::int64_t time) const override {
    return origin_.dataset()->grid(origin_.name)->read(time);
  }

private:
  data::GridInfo info_;
  Origin origin_;
};

struct Member {
  std::string name, path;
};

/// What is below a folder: files, and folders that are a format of their own.
void walk(const fs::path& folder, const std::string& name, std::vector<Member>& members, std::size_t& hidden) {
  const auto& readers = folderReaders();
  if (std::any_of(readers.begin(), readers.end(), [&](const auto& r) { return r.recognises(folder.string()); })) {
    members.push_back({name.empty() ? "all" : name, folder.string()});
    return;
  }
  std::vector<fs::path> entries;
  std::error_code problem;
  for (fs::directory_iterator it(folder, problem), end; !problem && it != end; it.increment(problem))
    entries.push_back(it->path());
  std::sort(entries.begin(), entries.end(), [](const fs::path& a, const fs::path& b) {
    return naturallyBefore(a.filename().string(), b.filename().string());
  });
  for (const fs::path& entry : entries) {
    const std::string own = entry.filename().string();
    std::error_code unknown;
    if (own.starts_with('.') || own == "__MACOSX")
      ++hidden;
    else if (fs::is_directory(entry, unknown))
      walk(entry, name.empty() ? own : name + "/" + own, members, hidden);
    else
      members.push_back({name.empty() ? own : name + "/" + own, entry.string()});
  }
}

/// The folders that all names begin with, "/" included.
std::size_t commonFolders(const std::vector<Member>& members) {
  std::string common = members.front().name.substr(0, members.front().name.rfind('/') + 1);
  for (const Member& member : members)
    while (!member.name.starts_with(common))
      common.resize(common.substr(0, common.size() - 1).rfind('/') + 1);
  return common.size();
}

class Joining {
public:
  explicit Joining(data::DatasetInfo info) : info_(std::move(info)) {}

  std::shared_ptr<data::Dataset> join(std::vector<Member> members, std::size_t hidden) {
    if (hidden > 0) info_.warnings.push_back("Hidden files are left out: " + std::to_string(hidden) + ".");
    if (members.empty()) throw data::ReadError(info_.path, "the archive has no files in it");
    const std::size_t common = members.size() > 1 ? commonFolders(members) : 0;
    for (Member& member : members)
      member.name.erase(0, common);
    if (members.size() > mostOpened) {
      info_.warnings.push_back("Of " + std::to_string(members.size()) + " members the first " +
                               std::to_string(mostOpened) + " are opened.");
      members.resize(mostOpened);
    }
    single_ = members.size() == 1;
    for (const Member& member : members)
      add(member);
    if (opened_ == 0) {
      const auto& [why, names] = *problems_.begin();
      throw data::ReadError(info_.path,
                            (single_ ? "its one member can't be opened: "
                                     : "none of its " + std::to_string(members.size()) + " members can be opened: ") +
                                names.front() + ": " + why);
    }
    for (const auto& [why, names] : problems_)
      if (info_.warnings.size() < mostWarnings)
        info_.warnings.push_back("Not opened: " + listed(names) + ": " + why + ".");
    return std::make_shared<TablesDataset>(std::move(info_), std::move(tables_), std::move(fields_), std::move(grids_));
  }

private:
  static std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (std::size_t i = 0; i < std::min(names.size(), mostNamed); ++i)
      text += (i ? ", " : "") + names[i];
    return names.size() > mostNamed ? text + " and " + std::to_string(names.size() - mostNamed) + " more" : text;
  }

  void add(const Member& member) {
    std::shared_ptr<data::Dataset> dataset;
    try {
      dataset = shelf_->take(member.path);
    } catch (const data::ReadError& error) {
      const std::string what = error.what(), lead = error.path() + ": ";
      problems_[what.starts_with(lead) ? what.substr(lead.size()) : what].push_back(member.name);
      return;
    }
    const data::DatasetInfo& own = dataset->info();
    if (!paths_.insert(own.path).second) return; // the other half of a pair of files
    ++opened_;
    if (single_) {
      info_.format = own.format + " in a " + info_.format;
      info_.attributes.insert(own.attributes.begin(), own.attributes.end());
    }
    for (const std::string& warning : own.warnings)
      if (info_.warnings.size() < mostWarnings)
        info_.warnings.push_back(single_ ? warning : member.name + ": " + warning);
    for (const data::FieldInfo& field : own.fields) {
      data::FieldInfo named = field;
      named.name = nameOf(member, field.name);
      if (!field.grid.empty()) named.grid = nameOf(member, field.grid);
      const int stored = dataset->field(field.name)->storedLevels();
      fields_.push_back(std::make_shared<MemberField>(std::move(named), originOf(member, field.name), stored));
    }
    for (const data::GridInfo& grid : own.grids) {
      data::GridInfo named = grid;
      named.name = nameOf(member, grid.name);
      grids_.push_back(std::make_shared<MemberGrid>(std::move(named), originOf(member, grid.name)));
    }
    for (const data::TableInfo& table : own.tables) {
      data::TableInfo named = table;
      named.name = nameOf(member, table.name);
      tables_.push_back({named, [origin = originOf(member, table.name), name = named.name] {
                           data::Table read = origin.dataset()->table(origin.name);
                           read.info.name = name;
                           return read;
                         }});
    }
  }
  [[nodiscard]] std::string nameOf(const Member& member, const std::string& part) const {
    return single_ ? part : member.name + ": " + part;
  }
  [[nodiscard]] Origin originOf(const Member& member, const std::string& part) const {
    return {shelf_, member.path, part};
  }

  data::DatasetInfo info_;
  std::shared_ptr<Shelf> shelf_ = std::make_shared<Shelf>();
  std::vector<LazyTable> tables_;
  FieldsDataset::Fields fields_;
  FieldsDataset::Grids grids_;
  std::map<std::string, std::vector<std::string>> problems_; ///< why → members that can't be opened
  std::set<std::string> paths_;
  std::size_t opened_ = 0;
  bool single_ = false;
};

} // namespace

std::shared_ptr<data::Dataset> datasetOfMembers(const std::string& folder, data::DatasetInfo info) {
  std::vector<Member> members;
  std::size_t hidden = 0;
  walk(folder, "", members, hidden);
  return Joining(std::move(info)).join(std::move(members), hidden);
}

} // namespace discern::io
