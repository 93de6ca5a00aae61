#include "io/groups.h"
#include "io/tables/assembly/assembly_graphs.h"
#include "io/tables/delimited/delimited_reader.h"
#include "io/tables/graphs/edge_lists.h"
#include "io/tables/graphs/graphml.h"
#include "io/tables/graphs/matrix_market.h"
#include "io/tables/graphs/mcl.h"

namespace discern::io {

std::vector<Reader> tableReaders() {
  return {
      {{"Matrix Market"}, isMatrixMarket, openMatrixMarket},
      {{"MCL matrix"}, isMcl, openMcl},
      {{"GraphML"}, isGraphml, openGraphml},
      {{"GFA"}, isGfa, openGfa},
      {{"FASTG"}, isFastg, openFastg},
      {{"Velvet LastGraph"}, isLastGraph, openLastGraph},
      {{"causal graph"}, isTetrad, openTetrad},
      {{"OrthoFinder"}, isOrthogroups, openOrthogroups},
      {{"BLAST hits"}, isBlast, openBlast},
      {{"ABC edge list"}, isAbc, openAbc},
      {{"CSV", "TSV", "text tables"}, isDelimited, openDelimited},
  };
}

} // namespace discern::io
