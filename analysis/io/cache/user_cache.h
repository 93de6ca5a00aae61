#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace discern::io {

// What Discern keeps of files in the user's cache: $XDG_CACHE_HOME/discern/KIND, or ~/.cache/discern/KIND
// (https://specifications.freedesktop.org/basedir-spec). Nothing here throws: a cache that can't be used is none.

/// The folder for one kind of things, made when it isn't there. Empty when it can't be made or written into.
[[nodiscard]] std::string cacheFolder(const std::string& kind);

/// What tells a file from others and from itself before a change: absolute path, size, times of change in nanoseconds,
/// inode. Empty when the file can't be looked at.
[[nodiscard]] std::string fileStamp(const std::string& path);

/// FNV-1a, 64 bits. Names are made of it; what is found under a name says itself what it belongs to.
[[nodiscard]] std::uint64_t hashOf(std::span<const std::byte> bytes, std::uint64_t begin = 14695981039346656037ULL);
[[nodiscard]] std::string hexOf(std::uint64_t hash);

/// The whole of a cached file, and marks it as used now. Empty when it isn't there or has more than `most` bytes.
[[nodiscard]] std::vector<std::byte> readCached(const std::string& path, std::int64_t most);
/// `count` bytes of a cached file from `offset` on, fewer where it ends, and marks it as used now.
[[nodiscard]] std::vector<std::byte> readCachedPart(const std::string& path, std::int64_t offset, std::size_t count);
/// Writes under another name and renames. False when that fails; nothing is left behind then.
bool writeCached(const std::string& path, std::span<const std::byte> bytes);
/// Removes files of a folder, the longest unused first, until they are `most` bytes together. `spared` stays.
void keepWithin(const std::string& folder, std::int64_t most, const std::string& spared);

} // namespace discern::io
