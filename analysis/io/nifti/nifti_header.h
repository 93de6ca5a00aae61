#pragma once
#include "data/affine.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace discern::io {

/// The header of NIfTI-1 or NIfTI-2, in this machine's byte order. https://nifti.nimh.nih.gov/nifti-1, …/nifti-2
struct NiftiHeader {
  static constexpr std::int64_t bytes = 540; ///< enough for either version

  int version = 1;
  bool swapped = false; ///< the file has the other byte order
  bool pair = false;    ///< the data is in an .img beside the .hdr
  std::array<std::int64_t, 8> dim{};
  std::array<double, 8> pixdim{};
  int datatype = 0, bitpix = 0, intent = 0, units = 0, qform = 0, sform = 0;
  double voxOffset = 0, slope = 0, intercept = 0, timeOffset = 0;
  std::array<double, 6> quatern{}; ///< b, c, d, offset x, y, z
  std::array<double, 12> srow{};
  std::string description, intentName;

  enum class Kind { Nifti, Analyze, Not };
  /// What the first bytes of a file are.
  [[nodiscard]] static Kind kindOf(std::span<const std::byte> head);
  /// 1 or 2, of a head that is Nifti.
  [[nodiscard]] static int versionOf(std::span<const std::byte> head);
  /// Of a head that is Nifti and has bytesOf(version) bytes.
  [[nodiscard]] static NiftiHeader parse(std::span<const std::byte> head);
  [[nodiscard]] static std::int64_t bytesOf(int version) { return version == 2 ? 540 : 348; }

  [[nodiscard]] data::Affine sformAffine() const;
  [[nodiscard]] data::Affine qformAffine() const;
};

} // namespace discern::io
