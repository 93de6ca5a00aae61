#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace discern::methods {

/// A square matrix of floats, given by its entries, that multiplies columns fast: rows lie in stripes of 16, each
/// stripe with its columns one after the other, so that the product reads memory in order. On processors with AVX2 and
/// FMA it uses them; sums are rounded otherwise there.
class DenseMatrix {
public:
  static constexpr std::size_t stripe = 16, panel = 6, factorStride = 8; ///< rows, columns of a product at a time

  /// Of size × size, all 0; keeps memory of before.
  void reset(std::size_t size);
  void set(std::size_t row, std::size_t column, float value) {
    values_[((row / stripe) * size_ + column) * stripe + row % stripe] = value;
  }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t paddedRows() const { return (size_ + stripe - 1) / stripe * stripe; }

  /// `panel` columns of the product with a matrix whose rows are 0 but for `rows`: factors[factorStride·i + c] is its
  /// entry in rows[i] and column c. product: panel columns of paddedRows() each.
  void multiply(std::span<const std::uint32_t> rows, std::span<const float> factors, std::span<float> product) const;

private:
  std::size_t size_ = 0;
  std::vector<float> values_;
};

} // namespace discern::methods
