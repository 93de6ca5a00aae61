#include "sdk/program/handover.h"

#include "form/value.h"
#include "io/write.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace discern::sdk {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::json;
constexpr std::int64_t pieceBytes = 16 << 20;

bool wantsSeries(const InputSpec& spec) { return std::ranges::find(spec.axes, "time") != spec.axes.end(); }

void writeText(const fs::path& file, const std::string& text) {
  const fs::path part = file.string() + ".part";
  std::ofstream stream(part, std::ios::binary | std::ios::trunc);
  stream << text << '\n';
  stream.close();
  if (!stream) throw std::runtime_error(file.string() + ": can't be written (is the disk full?)");
  fs::rename(part, file);
}

void writeVoxels(const std::string& path, const data::FieldSource& field, const data::FieldInfo& info,
                 std::int64_t firstStep, int component, const Context& ctx) {
  std::vector<std::int64_t> shape;
  if (info.time.size > 1) shape.push_back(info.time.size);
  for (const std::size_t axis : {2, 1, 0})
    shape.push_back(info.shape[axis]);
  io::NpyWriter writer(path, info.type, shape);
  const auto plane = info.shape[0] * info.shape[1] * static_cast<std::int64_t>(data::sizeOf(info.type));
  const std::int64_t planes = std::max<std::int64_t>(1, pieceBytes / std::max<std::int64_t>(1, plane));
  std::vector<std::byte> bytes;
  for (std::int64_t step = firstStep; step < firstStep + info.time.size; ++step)
    for (std::int64_t z = 0; z < info.shape[2]; z += planes) {
      ctx.checkCancelled();
      data::Slab slab;
      slab.box = {{0, 0, z}, {info.shape[0], info.shape[1], std::min(info.shape[2], z + planes)}};
      slab.time = step;
      slab.component = component;
      bytes.resize(static_cast<std::size_t>(slab.box.voxels()) * data::sizeOf(info.type));
      field.read(slab, bytes);
      writer.append(bytes);
    }
  writer.commit();
}

} // namespace

data::FieldInfo handedOverInfo(const InputSpec& spec, const Inputs& in) {
  data::FieldInfo info = in.field(spec.name).info();
  info.components = 1;
  info.levels = 1;
  if (wantsSeries(spec)) return info;
  data::TimeAxis now;
  const auto step = static_cast<std::size_t>(in.time(spec.name));
  if (step < info.time.values.size()) {
    now.unit = info.time.unit;
    now.calendar = info.time.calendar;
    now.values = {info.time.values[step]};
  }
  info.time = now;
  return info;
}

std::vector<InputSpec> handedOver(const Manifest& manifest) {
  std::vector<InputSpec> specs = manifest.inputs;
  for (const ParameterSpec& spec : manifest.parameters) {
    if (spec.type != ParameterType::Field) continue;
    InputSpec field;
    field.name = spec.name;
    if (const InputSpec* input = manifest.input(spec.input)) field.axes = input->axes;
    specs.push_back(std::move(field));
  }
  return specs;
}

void handOver(const std::string& run, const Entry& plugin, const Inputs& in, const Parameters& p, Context& ctx) {
  fs::create_directories(run + "/inputs");
  fs::create_directories(run + "/parameters");
  fs::create_directories(run + "/outputs");
  fs::create_directories(run + "/partial");
  Json inputs = Json::object();
  for (const InputSpec& spec : handedOver(plugin.manifest)) {
    if (!in.has(spec.name)) continue;
    const data::FieldInfo info = handedOverInfo(spec, in);
    const std::string relative = "inputs/" + spec.name + ".npy";
    writeVoxels(run + "/" + relative, in.field(spec.name), info, wantsSeries(spec) ? 0 : in.time(spec.name),
                in.component(spec.name), ctx);
    inputs[spec.name] = {
        {"file", relative}, {"info", info}, {"step", in.time(spec.name)}, {"component", in.component(spec.name)}};
  }
  for (const ParameterSpec& spec : plugin.manifest.parameters) // what a shell reads with $(cat …)
    writeText(run + "/parameters/" + spec.name, form::asText(spec, p.json().at(spec.name)));
  writeText(run + "/program.json", Json{{"format", 1},
                                        {"plugin", plugin.manifest.id},
                                        {"version", plugin.manifest.version},
                                        {"folder", plugin.folder},
                                        {"inputs", inputs},
                                        {"parameters", p.json()},
                                        {"outputs", Json(plugin.manifest)["outputs"]},
                                        {"threads", ctx.threads()},
                                        {"seed", ctx.seed()}}
                                       .dump(1, ' ', false, Json::error_handler_t::replace));
}

void removeHandedOver(const std::string& run) {
  std::error_code ignored;
  fs::remove_all(run + "/inputs", ignored);
  fs::remove_all(run + "/parameters", ignored); // they are in program.json, and in job.json
}

} // namespace discern::sdk
