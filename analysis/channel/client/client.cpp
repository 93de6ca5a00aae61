#include "channel/client/client.h"
