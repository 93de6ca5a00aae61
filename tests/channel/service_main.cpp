// A data service for tests: `fixture_channel_service serve`. Its memory is capped at 512 MiB, or $TEST_SERVER_MEMORY
// bytes. $TEST_SERVER_MODE=garbage: it answers the first request with noise, later ones too; =deaf: it never answers;
// =leave: it ends at once; =future: it greets as a later version. With `--pipe` it is at the far end of a pipe.
#include "channel/protocol/line_buffer.h"
#include "channel/protocol/message.h"
#include "channel/server/process.h"
#include "channel/server/server.h"
#include "channel/test_dataset.h"

#include <cstdlib>
#include <string>
#include <string_view>
#include <unistd.h>

int main(int argc, char** argv) {
  using namespace discern;
  const char* mode = std::getenv("TEST_SERVER_MODE");
  const std::string_view how = mode ? mode : "";
  if (how == "leave") return 3;
  const bool far = argc > 2 && std::string_view(argv[2]) == "--pipe";
  const int output = channel::takeStandardOutput();
  if (how == "future") {
    (void)channel::writeAll(output, "{\"greeting\":{\"service\":\"discern\",\"protocol\":99,\"release\":\"9.1\"}}\n");
    char byte = 0;
    while (::read(STDIN_FILENO, &byte, 1) > 0) {
    }
    return 0;
  }
  if (far) channel::standBy(output);
  if (how == "garbage") {
    std::string request(4096, '\0');
    while (::read(STDIN_FILENO, request.data(), request.size()) > 0) {
      constexpr std::string_view noise = "\x01\xff{]]]\n{\"id\":[]}\n";
      if (::write(output, noise.data(), noise.size()) < 0) break;
    }
    return 0;
  }
  if (how == "liar") {
    std::string text(65536, '\0');
    channel::LineBuffer lines(text.size());
    for (ssize_t count = 0; (count = ::read(STDIN_FILENO, text.data(), text.size())) > 0;) {
      lines.append({text.data(), static_cast<std::size_t>(count)});
      while (const auto line = lines.next()) {
        const auto request = nlohmann::json::parse(line->text);
        const auto result = request.at("method") == "hello"
                                ? nlohmann::json{{"version", 1}}
                                : nlohmann::json{{"fields", 5}, {"bytes", -1}, {"values", "none"}, {"columns", {1, 2}}};
        if (!channel::writeAll(output, channel::answerLine(request.at("id").get<std::int64_t>(), result))) return 0;
      }
    }
    return 0;
  }
  const char* memory = std::getenv("TEST_SERVER_MEMORY");
  channel::limitMemory(memory ? std::strtoull(memory, nullptr, 10) : std::size_t{512} << 20);
  channel::Server server(test::openTestFile);
  server.addMethod("echo", [](const nlohmann::json& params) { return params; });
  server.addMethod("fall", [](const nlohmann::json&) -> nlohmann::json { std::abort(); });
  if (far) {
    server.serveStream(STDIN_FILENO, output, "test");
  } else {
    server.serve(STDIN_FILENO, output);
  }
  std::_Exit(0);
}
