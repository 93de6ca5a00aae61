#include "remote/run/place.h"

#include "jobs/run_files.h"

#include <fstream>

namespace discern::remote {

using jobs::textAt;
using Json = nlohmann::json;

RemotePlace placeOf(const std::string& runPath) {
  const Json json = jobs::readJson(runPath + "/remote.json");
  RemotePlace place;
  place.host = textAt(json, "host");
  place.path = textAt(json, "path");
  if (json.is_object()) {
    place.submitted = json.value("submitted", false);
    place.until = json.value("until", std::int64_t(0));
  }
  return place;
}

void writePlace(const std::string& runPath, const RemotePlace& place) {
  jobs::writeJson(runPath + "/remote.json",
                  {{"host", place.host}, {"path", place.path}, {"submitted", place.submitted}, {"until", place.until}});
}

void requestDetach(const std::string& runPath) { std::ofstream(runPath + "/detach").put('\n'); }
void requestRetry(const std::string& runPath) { std::ofstream(runPath + "/retry").put('\n'); }

std::string scratchFolder(const HostProfile& profile) {
  return profile.scratch.empty() ? "~/.local/state/discern" : profile.scratch + "/discern";
}

} // namespace discern::remote
