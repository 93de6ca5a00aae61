#include "remote/host_profile.h"

#include "data/error.h"
#include "jobs/run_files.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace discern::remote {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::json;

const std::vector<std::string> numbers{"nodes", "tasks", "cpusPerTask", "gpus", "memoryMb", "minutes"};
const std::vector<std::string> texts{"partition", "account", "qos"};

int* numberOf(Resources& resources, const std::string& name) {
  if (name == "nodes") return &resources.nodes;
  if (name == "tasks") return &resources.tasks;
  if (name == "cpusPerTask") return &resources.cpusPerTask;
  if (name == "gpus") return &resources.gpus;
  if (name == "memoryMb") return &resources.memoryMb;
  if (name == "minutes") return &resources.minutes;
  return nullptr;
}

std::string* textOf(Resources& resources, const std::string& name) {
  if (name == "partition") return &resources.partition;
  if (name == "account") return &resources.account;
  if (name == "qos") return &resources.qos;
  return nullptr;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words)
    text += (text.empty() ? "" : ", ") + word;
  return text;
}

/// A line of text: what ends up in a command line or a file of one line must not hold more.
std::string lineAt(const Json& json, const std::string& key) {
  if (!json.is_string()) throw data::UsageError("\"" + key + "\" must be a text, not " + json.dump());
  auto text = json.get<std::string>();
  if (text.find_first_of(std::string("\n\r\0", 3)) != std::string::npos)
    throw data::UsageError("\"" + key + "\" must be one line");
  return text;
}

std::vector<std::string> linesAt(const Json& json, const std::string& key) {
  std::vector<std::string> lines;
  if (json.is_string()) {
    if (!json.get<std::string>().empty()) lines.push_back(lineAt(json, key));
    return lines;
  }
  if (!json.is_array()) throw data::UsageError("\"" + key + "\" must be a list of texts, not " + json.dump());
  for (const Json& line : json)
    lines.push_back(lineAt(line, key));
  return lines;
}

} // namespace

std::string_view nameOf(Scheduler scheduler) { return scheduler == Scheduler::Slurm ? "slurm" : "none"; }

const std::vector<std::string>& resourceNames() {
  static const std::vector<std::string> names{"nodes",   "tasks",     "cpusPerTask", "gpus", "memoryMb",
                                              "minutes", "partition", "account",     "qos",  "extra"};
  return names;
}

void setResource(Resources& resources, const std::string& name, const std::string& value) {
  if (int* number = numberOf(resources, name)) {
    int parsed = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), parsed);
    if (error != std::errc{} || end != value.data() + value.size() || parsed < 0 || parsed > 100'000'000)
      throw data::UsageError("\"" + name + "\" must be a whole number from 0, not \"" + value + "\"");
    *number = parsed;
  } else if (std::string* text = textOf(resources, name)) {
    *text = lineAt(value, name);
  } else if (name == "extra") {
    resources.extra.push_back(lineAt(value, name));
  } else {
    throw data::UsageError("there is no resource \"" + name + "\"; there are " + joined(resourceNames()));
  }
}

void to_json(Json& json, const Resources& resources) {
  json = Json::object();
  Resources copy = resources;
  for (const std::string& name : numbers)
    if (const int value = *numberOf(copy, name); value != 0) json[name] = value;
  for (const std::string& name : texts)
    if (const std::string& value = *textOf(copy, name); !value.empty()) json[name] = value;
  if (!resources.extra.empty()) json["extra"] = resources.extra;
}

Resources resourcesOf(const Json& json) {
  Resources resources;
  if (json.is_null()) return resources;
  if (!json.is_object()) throw data::UsageError("\"resources\" must be an object, not " + json.dump());
  for (const auto& [name, value] : json.items()) {
    if (name == "extra")
      resources.extra = linesAt(value, name);
    else
      setResource(resources, name, value.is_string() ? value.get<std::string>() : value.dump());
  }
  return resources;
}

Json toJson(const HostProfile& profile) {
  const HostProfile plain;
  Json json{{"destination", profile.destination}, {"scheduler", nameOf(profile.scheduler)}};
  if (profile.port != 0) json["port"] = profile.port;
  if (!profile.sshConfig.empty()) json["sshConfig"] = profile.sshConfig;
  if (!profile.scratch.empty()) json["scratch"] = profile.scratch;
  if (!profile.prologue.empty()) json["prologue"] = profile.prologue;
  if (!profile.launcher.empty()) json["launcher"] = profile.launcher;
  if (profile.runner != plain.runner) json["runner"] = profile.runner;
  if (!(profile.resources == Resources{})) json["resources"] = profile.resources;
  if (profile.fetchUpTo != plain.fetchUpTo) json["fetchUpTo"] = profile.fetchUpTo;
  return json;
}

HostProfile profileOf(const std::string& name, const Json& json, const std::string& where) {
  HostProfile profile;
  profile.name = name;
  try {
    if (!json.is_object()) throw data::UsageError("it must be an object: {\"destination\": \"user@host\", …}");
    for (const auto& [key, value] : json.items()) {
      if (key == "destination") {
        profile.destination = lineAt(value, key);
      } else if (key == "port") {
        if (!value.is_number_integer() || value < 1 || value > 65535)
          throw data::UsageError("\"port\" must be a number from 1 to 65535, not " + value.dump());
        profile.port = value.get<int>();
      } else if (key == "sshConfig") {
        profile.sshConfig = lineAt(value, key);
      } else if (key == "scheduler") {
        if (value == "slurm")
          profile.scheduler = Scheduler::Slurm;
        else if (value != "none")
          throw data::UsageError("\"scheduler\" must be \"none\" or \"slurm\", not " + value.dump());
      } else if (key == "scratch") {
        profile.scratch = lineAt(value, key);
        if (!profile.scratch.empty() && profile.scratch[0] != '/' && profile.scratch[0] != '~' &&
            profile.scratch[0] != '$')
          throw data::UsageError("\"scratch\" must be an absolute folder, or begin with ~ or $VARIABLE, not \"" +
                                 profile.scratch + "\"");
      } else if (key == "prologue") {
        profile.prologue = linesAt(value, key);
      } else if (key == "launcher") {
        profile.launcher = linesAt(value, key);
      } else if (key == "runner") {
        profile.runner = lineAt(value, key);
        if (profile.runner.empty()) throw data::UsageError("\"runner\" must be the path of discern-run there");
      } else if (key == "resources") {
        profile.resources = resourcesOf(value);
      } else if (key == "fetchUpTo") {
        if (!value.is_number_integer() || value < 0)
          throw data::UsageError("\"fetchUpTo\" must be a number of bytes, not " + value.dump());
        profile.fetchUpTo = value.get<std::int64_t>();
      } else if (key != "comment") {
        throw data::UsageError("there is no key \"" + key +
                               "\"; there are destination, port, sshConfig, scheduler, "
                               "scratch, prologue, launcher, runner, resources, fetchUpTo and comment");
      }
    }
    if (profile.destination.empty()) throw data::UsageError("\"destination\" is missing: as ssh takes it, user@host");
    if (profile.destination[0] == '-')
      throw data::UsageError("\"destination\" must not begin with \"-\": ssh would take it for an option");
  } catch (const data::UsageError& error) {
    throw data::UsageError(where + ": " + error.what());
  }
  return profile;
}

std::string profilesFolder() { return jobs::configFolder() + "/hosts"; }

bool validHostName(const std::string& name) {
  return !name.empty() && name.size() <= 100 && name[0] != '.' && name[0] != '-' && name != "process" &&
         std::ranges::all_of(name, [](unsigned char letter) {
           return std::isalnum(letter) != 0 || letter == '-' || letter == '_' || letter == '.';
         });
}

namespace {

/// "at line 3, column 5: …" of nlohmann's "[json.exception.parse_error.101] parse error at line 3, column 5: …".
std::string placeOfError(const std::string& what) {
  const auto start = what.find("at line");
  return start == std::string::npos ? what : what.substr(start);
}

ListedProfile readProfile(const std::string& file) {
  ListedProfile listed;
  listed.file = file;
  listed.profile.name = fs::path(file).stem().string();
  try {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw data::UsageError(file + ": can't be read");
    Json json;
    try {
      json = Json::parse(stream, nullptr, true, true);
    } catch (const Json::parse_error& error) {
      throw data::UsageError(file + ": not valid JSON " + placeOfError(error.what()));
    }
    if (!validHostName(listed.profile.name))
      throw data::UsageError(file + ": the file's name must be letters, digits, \"-\", \"_\" and \".\"");
    listed.profile = profileOf(listed.profile.name, json, file);
  } catch (const std::exception& error) {
    listed.error = error.what();
  }
  return listed;
}

} // namespace

std::vector<ListedProfile> listProfiles() {
  std::vector<ListedProfile> profiles;
  std::error_code problem;
  for (fs::directory_iterator at(profilesFolder(), problem), end; !problem && at != end; at.increment(problem))
    if (at->path().extension() == ".json") profiles.push_back(readProfile(at->path().string()));
  std::ranges::sort(profiles, {}, [](const ListedProfile& listed) { return listed.profile.name; });
  return profiles;
}

HostProfile findProfile(const std::string& name, bool orDestination) {
  const std::string file = profilesFolder() + "/" + name + ".json";
  std::error_code ignored;
  if (validHostName(name) && fs::exists(file, ignored)) {
    ListedProfile listed = readProfile(file);
    if (!listed.error.empty()) throw data::UsageError(listed.error);
    return std::move(listed.profile);
  }
  if (orDestination && !name.empty() && name[0] != '-' && name.find_first_of(" \n\t/") == std::string::npos) {
    HostProfile profile;
    profile.name = name;
    profile.destination = name;
    return profile;
  }
  std::vector<std::string> known;
  for (const ListedProfile& listed : listProfiles())
    known.push_back(listed.profile.name);
  throw data::UsageError("there is no host \"" + name + "\" (" + file + "); " +
                         (known.empty() ? "none has been set up: see docs/hosts.md" : "there are " + joined(known)));
}

void saveProfile(const HostProfile& profile) {
  if (!validHostName(profile.name))
    throw data::UsageError("a host's name must be letters, digits, \"-\", \"_\" and \".\", not \"" + profile.name +
                           "\"");
  const Json json = toJson(profile);
  const std::string file = profilesFolder() + "/" + profile.name + ".json";
  [[maybe_unused]] const HostProfile checked = profileOf(profile.name, json, file);
  std::error_code problem;
  fs::create_directories(profilesFolder(), problem);
  try {
    jobs::writeJson(file, json);
  } catch (const std::exception& error) {
    throw data::UsageError(error.what());
  }
}

void removeProfile(const std::string& name) {
  std::error_code ignored;
  if (validHostName(name)) fs::remove(profilesFolder() + "/" + name + ".json", ignored);
}

data::Address hostPathOf(const std::string& address) {
  const data::Address there = data::Address::from(address);
  if (address.find('/', 6) == std::string::npos)
    throw data::UsageError("\"" + address + "\" names a host, and no file on it: ssh://HOST/path");
  return there;
}

std::string hostAddress(const std::string& host, const std::string& path) {
  return data::Address{host, (path.starts_with('/') ? "" : "/") + path}.text();
}

bool sameMachine(const std::string& oneName, const std::string& otherName) {
  if (oneName == otherName) return true;
  try {
    const HostProfile one = findProfile(oneName, true), other = findProfile(otherName, true);
    return one.destination == other.destination && one.sshConfig == other.sshConfig;
  } catch (const data::UsageError&) {
    return false;
  }
}

} // namespace discern::remote
