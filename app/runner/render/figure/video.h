#pragma once
#include "figure/figure.h"

#include <string>
#include <sys/types.h>

namespace discern::render {

/// A video that ffmpeg makes of frames as they come: H.264 in .mp4, VP9 in .webm. Written under another name and
/// renamed when whole; not committed: removed.
class Video {
public:
  /// Throws data::UsageError when ffmpeg isn't installed or the file can't be made.
  Video(std::string file, int width, int height, double rate);
  ~Video();
  Video(const Video&) = delete;
  Video& operator=(const Video&) = delete;
  void add(const Canvas& frame);
  /// Throws std::runtime_error when ffmpeg did not succeed.
  void commit();

private:
  void give(const std::uint8_t* bytes, std::size_t count) const;
  int finish();
  std::string file_, part_;
  std::size_t frameBytes_;
  int pipe_ = -1;
  pid_t ffmpeg_ = -1;
};

} // namespace discern::render
