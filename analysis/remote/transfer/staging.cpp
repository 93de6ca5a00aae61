#include "remote/transfer/staging.h"

#include "data/error.h"
#include "jobs/content_hash.h"

#include <algorithm>
#include <filesystem>
#include <numeric>

namespace discern::remote {
namespace fs = std::filesystem;
namespace {

/// A name that any file system and JSON carry: control characters and bytes above ASCII that are no UTF-8 become "_".
std::string portable(const std::string& name) {
  const nlohmann::json quoted = name;
  std::string text;
  try {
    [[maybe_unused]] const std::string checked = quoted.dump();
    text = name;
  } catch (const nlohmann::json::exception&) {
    for (const char letter : name)
      text += static_cast<unsigned char>(letter) < 128 ? letter : '_';
  }
  std::ranges::replace_if(
      text, [](unsigned char letter) { return letter < 32 || letter == 127; }, '_');
  return text;
}

} // namespace

std::int64_t Parcel::bytes() const {
  return std::accumulate(items.begin(), items.end(), std::int64_t(0),
                         [](std::int64_t sum, const Item& item) { return sum + item.size; });
}

Parcel pack(const std::string& path, const std::vector<std::string>& companions, const std::string& sha256,
            const std::atomic<bool>* stop) {
  Parcel parcel;
  std::error_code problem;
  const fs::path whole = fs::path(path).lexically_normal();
  const auto add = [&](const fs::path& file, const std::string& name, const std::string& known) {
    Parcel::Item item{name, file.string(), known, static_cast<std::int64_t>(fs::file_size(file, problem))};
    if (problem) throw data::ReadError(file.string(), problem.message());
    if (item.sha256.empty()) item.sha256 = jobs::sha256OfFile(item.path, stop);
    if (item.sha256.empty()) throw Stopped();
    parcel.items.push_back(std::move(item));
  };
  parcel.main = portable(whole.has_filename() ? whole.filename().string() : whole.parent_path().filename().string());
  if (fs::is_directory(whole, problem)) {
    for (fs::recursive_directory_iterator at(whole, problem), end; !problem && at != end; at.increment(problem))
      if (at->is_regular_file(problem))
        add(at->path(), parcel.main + "/" + portable(fs::relative(at->path(), whole, problem).string()), {});
    if (problem) throw data::ReadError(path, problem.message());
  } else {
    if (!fs::exists(whole, problem)) throw data::ReadError(path, "there is no such file");
    add(whole, parcel.main, sha256);
    for (const std::string& companion : companions)
      add(companion, portable(fs::path(companion).filename().string()), {});
  }
  std::ranges::sort(parcel.items, {}, &Parcel::Item::name);
  if (parcel.items.size() == 1) {
    parcel.key = parcel.items[0].sha256.substr(0, 32);
  } else {
    std::string listing;
    for (const Parcel::Item& item : parcel.items)
      listing += item.sha256 + " " + item.name + "\n";
    parcel.key = jobs::sha256Of(listing).substr(0, 32);
  }
  return parcel;
}

bool isStaged(Link& link, const Parcel& parcel, const std::string& folder) {
  const std::string base = folder + "/" + parcel.key + "/";
  std::vector<std::int64_t> requests;
  requests.reserve(parcel.items.size());
  for (const Parcel::Item& item : parcel.items)
    requests.push_back(link.send("stat", {{"path", base + item.name}}));
  bool all = true;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const auto info = link.receive(requests[i]).head["result"];
    all = all && info.value("exists", false) && info.value("size", std::int64_t(-1)) == parcel.items[i].size;
  }
  return all;
}

std::string stage(Link& link, const Parcel& parcel, const std::string& folder, const TransferProgress& progress) {
  const std::string base = folder + "/" + parcel.key + "/";
  const std::int64_t total = parcel.bytes();
  std::int64_t before = 0;
  for (const Parcel::Item& item : parcel.items) {
    const auto info = link.ask("stat", {{"path", base + item.name}});
    if (!info.value("exists", false) || info.value("size", std::int64_t(-1)) != item.size)
      upload(link, item.path, base + item.name, item.sha256,
             [&](std::int64_t done, std::int64_t) { return !progress || progress(before + done, total); });
    before += item.size;
    if (progress && !progress(before, total)) throw Stopped();
  }
  return base + parcel.main;
}

} // namespace discern::remote
