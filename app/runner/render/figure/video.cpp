#include "figure/video.h"

#include "data/error.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace discern::render {

Video::Video(std::string file, int width, int height, double rate)
    : file_(std::move(file)),
      part_((std::filesystem::path(file_).parent_path() / (std::filesystem::path(file_).stem().string() + ".part" +
                                                           std::filesystem::path(file_).extension().string()))
                .string()),
      frameBytes_(4 * static_cast<std::size_t>(width) * static_cast<std::size_t>(height)) {
  if (!std::ofstream(part_, std::ios::binary))
    throw data::UsageError(file_ + ": can't be made there: is the folder there, and writable?");
  const bool webm = file_.ends_with(".webm");
  const std::string size = std::to_string(width) + "x" + std::to_string(height), frames = std::to_string(rate);
  std::vector<std::string> words{"ffmpeg", "-loglevel", "error", "-y", "-f", "rawvideo", "-pix_fmt", "bgra", "-s", size,
                                 "-r", frames, "-i", "-",
                                 // Players want even sides and colours at half the resolution.
                                 "-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-pix_fmt", "yuv420p"};
  const std::vector<std::string> coder =
      webm ? std::vector<std::string>{"-c:v", "libvpx-vp9", "-crf", "24", "-b:v", "0"}
           : std::vector<std::string>{"-c:v", "libx264", "-crf", "18", "-movflags", "+faststart"};
  words.insert(words.end(), coder.begin(), coder.end());
  words.push_back(part_);
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::signal(SIGPIPE, SIG_IGN); // an ffmpeg that ends early is told by its exit code
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error(std::string("no pipe: ") + std::strerror(errno));
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  // Ctrl+C is for this program, which then ends ffmpeg.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  const int failed = posix_spawnp(&ffmpeg_, "ffmpeg", &actions, &attributes, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  close(ends[0]);
  pipe_ = ends[1];
  if (failed != 0) {
    close(pipe_);
    ffmpeg_ = -1;
    std::filesystem::remove(part_);
    throw data::UsageError("videos are made by ffmpeg, which isn't installed here (on Debian, the package ffmpeg); "
                           "without it, give the output a name that ends in .png for one picture a frame");
  }
}

int Video::finish() {
  if (pipe_ >= 0) close(std::exchange(pipe_, -1));
  int status = -1;
  if (ffmpeg_ > 0) waitpid(std::exchange(ffmpeg_, -1), &status, 0);
  return status;
}

Video::~Video() {
  if (ffmpeg_ > 0) kill(ffmpeg_, SIGKILL);
  finish();
  std::error_code none;
  std::filesystem::remove(part_, none); // renamed: nothing is there
}

void Video::add(const Canvas& frame) {
  if (frame.bgra.size() != frameBytes_) throw std::runtime_error("the frames of a video have one size");
  give(frame.bgra.data(), frame.bgra.size());
}

void Video::give(const std::uint8_t* bytes, std::size_t count) const {
  while (count > 0) {
    const ssize_t written = write(pipe_, bytes, count);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) throw std::runtime_error(file_ + ": ffmpeg ended before the video was whole");
    bytes += written;
    count -= static_cast<std::size_t>(written);
  }
}

void Video::commit() {
  const int status = finish();
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    throw std::runtime_error(file_ + ": ffmpeg could not make the video");
  std::filesystem::rename(part_, file_);
}

} // namespace discern::render
