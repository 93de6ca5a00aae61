#include "io/groups.h"
#include "io/tables/assembly/assembly_graphs.h"
#include "io/tables/avro/avro_reader.h"
#include "io/tables/catalogues/fastfood_reader.h"
#include "io/tables/catalogues/hurdat_reader.h"
#include "io/tables/catalogues/votable_reader.h"
#include "io/tables/delimited/delimited_reader.h"
#include "io/tables/graphs/edge_lists.h"
#include "io/tables/graphs/graphml.h"
#include "io/tables/graphs/matrix_market.h"
#include "io/tables/graphs/mcl.h"
#include "io/tables/json/json_reader.h"
#include "io/tables/rdata/rdata_reader.h"
#include "io/tables/sequences/sequence_reader.h"
#include "io/tables/series/comtrade_reader.h"
#include "io/tables/series/miniseed_reader.h"
#include "io/tables/series/sac_reader.h"

namespace discern::io {

std::vector<Reader> tableReaders() {
  return {
      {{"miniSEED"}, isMiniSeed, openMiniSeed},
      {{"COMTRADE"}, isComtrade, openComtrade},
      {{"Matrix Market"}, isMatrixMarket, openMatrixMarket},
      {{"MCL matrix"}, isMcl, openMcl},
      {{"GraphML"}, isGraphml, openGraphml},
      {{"VOTable"}, isVotable, openVotable},
      {{"R data"}, isRData, openRData},
      {{"Avro"}, isAvro, openAvro},
      {{"fast food"}, isFastFood, openFastFood},
      {{"JSON", "JSON Lines"}, isJson, openJson},
      {{"HURDAT2"}, isHurdat, openHurdat},
      {{"GFA"}, isGfa, openGfa},
      {{"FASTG"}, isFastg, openFastg},
      {{"FASTA", "FASTQ"}, isSequences, openSequences},
      {{"Velvet LastGraph"}, isLastGraph, openLastGraph},
      {{"causal graph"}, isTetrad, openTetrad},
      {{"OrthoFinder"}, isOrthogroups, openOrthogroups},
      {{"BLAST hits"}, isBlast, openBlast},
      {{"ABC edge list"}, isAbc, openAbc},
      {{"SAC"}, isSac, openSac},
      {{"CSV", "TSV", "text tables"}, isDelimited, openDelimited},
  };
}

} // namespace discern::io
