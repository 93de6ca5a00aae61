#include "methods/clustering/dense_product.h"

#include <cstring>

namespace discern::methods {
namespace {

constexpr std::size_t stripe = DenseMatrix::stripe, panel = DenseMatrix::panel;

using Eight = float __attribute__((vector_size(32), aligned(4), may_alias));

/// One stripe of the product: 16 rows of 6 columns in 12 registers.
template <typename V>
[[gnu::always_inline]] inline void stripeProduct(const float* matrix, const std::uint32_t* rows, std::size_t count,
                                                 const float* factors, float* product, std::size_t stride) {
  V top[panel]{}, bottom[panel]{};
  for (std::size_t i = 0; i < count; ++i) {
    const float* column = matrix + std::size_t{rows[i]} * stripe;
    const V a = *reinterpret_cast<const V*>(column), b = *reinterpret_cast<const V*>(column + 8);
    const float* factor = factors + DenseMatrix::factorStride * i;
    for (std::size_t c = 0; c < panel; ++c) {
      top[c] += a * factor[c];
      bottom[c] += b * factor[c];
    }
  }
  for (std::size_t c = 0; c < panel; ++c) {
    *reinterpret_cast<V*>(product + c * stride) = top[c];
    *reinterpret_cast<V*>(product + c * stride + 8) = bottom[c];
  }
}

using StripeProduct = void (*)(const float*, const std::uint32_t*, std::size_t, const float*, float*, std::size_t);

void plain(const float* matrix, const std::uint32_t* rows, std::size_t count, const float* factors, float* product,
           std::size_t stride) {
  stripeProduct<Eight>(matrix, rows, count, factors, product, stride);
}

#if defined(__x86_64__)
[[gnu::target("avx2,fma")]] void withAvx2(const float* matrix, const std::uint32_t* rows, std::size_t count,
                                          const float* factors, float* product, std::size_t stride) {
  stripeProduct<Eight>(matrix, rows, count, factors, product, stride);
}
#endif

StripeProduct chosen() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return withAvx2;
#endif
  return plain;
}

} // namespace

void DenseMatrix::reset(std::size_t size) {
  size_ = size;
  values_.assign(paddedRows() * size, 0.0F);
}

void DenseMatrix::multiply(std::span<const std::uint32_t> rows, std::span<const float> factors,
                           std::span<float> product) const {
  static const StripeProduct kernel = chosen();
  const std::size_t padded = paddedRows();
  for (std::size_t row = 0; row < padded; row += stripe)
    kernel(values_.data() + row * size_, rows.data(), rows.size(), factors.data(), product.data() + row, padded);
}

} // namespace discern::methods
